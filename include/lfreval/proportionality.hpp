/// @file
/// Umbrella: what the dossier of necessity and proportionality is made of.
#pragma once

#include <lfreval/proportionality/indicator.hpp>
