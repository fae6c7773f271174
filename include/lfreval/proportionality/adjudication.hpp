/// @file
/// What people did with alerts: judged, contacted, held, and with what result (A10, G12, G19, M16-M18, M31, M61).
#pragma once

#include <span>

#include <lfreval/log/alert_case.hpp>
#include <lfreval/log/watchlist_entry.hpp>
#include <lfreval/proportionality/indicator_parts.hpp>
#include <lfreval/proportionality/uses.hpp>
#include <lfreval/proportionality/watchlist_register.hpp>

namespace lfreval {

/// Tallies by deployment. An operator is judged only on alerts whose truth somebody else established: where nobody checked, the
/// label is the operator's own and would agree with itself, and where no rejected alert was ever checked nothing is said of them
/// (M16, M31). A right alert on somebody who should not have been
/// listed stays a right alert of the system and is counted against the list (M17). Kin are told apart from strangers (M18).
/// Deployments in the order of `uses`; alerts of others are left out.
[[nodiscard]] indicator_parts alert_parts(std::span<const alert_case>, std::span<const watchlist_entry>, const list_policy&, const std::vector<deployment_use>&);

} // namespace lfreval
