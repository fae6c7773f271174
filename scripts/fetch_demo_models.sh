#!/usr/bin/env bash
# Fetches the demonstration models of `lfreval run-trial` by npm. Usage: fetch_demo_models.sh [FOLDER, build/models by default]
# The weights are MIT licensed and are not part of this repository; datasets/demo_models/models.toml says what they are.
set -euo pipefail

package=faceplugin-face-recognition-js@0.0.1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${1:-$root/build/models}
files=(fr_detect.onnx fr_landmark.onnx fr_feature.onnx)
# As they were when their description was written.
sums='6c0256ccd3164f844736a401faf936ec2930764a87ae39442180887d0c5c8854  fr_detect.onnx
f10b0ba1d2a8a099adefede1ebf3733e44fe370715e7303dbeb7f59c02142258  fr_landmark.onnx
87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581  fr_feature.onnx'

command -v npm >/dev/null || { echo "fetch_demo_models.sh: npm is not installed" >&2; exit 1; }
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cp "$root/datasets/demo_models/models.toml" "$folder/models.toml"
if (cd "$folder" && sha256sum --check --status <<<"$sums" 2>/dev/null); then exit 0; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent "$package" </dev/null >/dev/null
tar -xzf ./*.tgz
for file in "${files[@]}"; do cp "package/model/$file" "$folder/$file"; done
cp package/LICENSE "$folder/LICENSE"
cd "$folder" && sha256sum --check --quiet <<<"$sums" || { echo "fetch_demo_models.sh: the files are not the ones that were described" >&2; exit 1; }
