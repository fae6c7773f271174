"""Makes a wheel of the installed package with the standard library alone: make_wheel.py BUILD_FOLDER OUTPUT_FOLDER.

BUILD_FOLDER was configured with -DLFREVAL_BUILD_PYTHON=ON and built. Run it with the interpreter that the build is for.
"""
import base64
import hashlib
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile


def main(build: pathlib.Path, out: pathlib.Path) -> pathlib.Path:
    stage = build / "wheel"
    shutil.rmtree(stage, ignore_errors=True)
    cache = (build / "CMakeCache.txt").read_text()
    version = re.search(r"^CMAKE_PROJECT_VERSION:STATIC=(.+)$", cache, re.M)[1]
    folder = re.search(r"^LFREVAL_PYTHON_DIR:STRING=(.+)$", cache, re.M)[1]
    subprocess.run(["cmake", "--install", build, "--component", "python", "--prefix", stage, "--strip"], check=True, stdout=subprocess.DEVNULL)
    root = stage / folder
    python = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    tag = f"{python}-{python}-{re.sub('[-.]', '_', sysconfig.get_platform())}"
    information = root / f"lfreval-{version}.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: lfreval\nVersion: {version}\nLicense: Apache-2.0\nRequires-Python: >=3.9\nRequires-Dist: numpy\n")
    (information / "WHEEL").write_text(f"Wheel-Version: 1.0\nGenerator: make_wheel.py\nRoot-Is-Purelib: false\nTag: {tag}\n")
    record, files = [], sorted(p for p in root.rglob("*") if p.is_file())
    for path in files:
        digest = base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
        record.append(f"{path.relative_to(root)},sha256={digest},{path.stat().st_size}\n")
    (information / "RECORD").write_text("".join(record) + f"{information.name}/RECORD,,\n")
    out.mkdir(parents=True, exist_ok=True)
    wheel = out / f"lfreval-{version}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in [*files, information / "RECORD"]:
            # The same time for each file, so that the same build gives the same wheel.
            entry = zipfile.ZipInfo(str(path.relative_to(root)), (1980, 1, 1, 0, 0, 0))
            entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return wheel


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__.splitlines()[0])
    print(main(*map(pathlib.Path, sys.argv[1:])))
