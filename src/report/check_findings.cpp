#include "report/check_findings.hpp"

namespace lfreval {

finding check_finding(const record_check& check) {
  finding f;
  f.metric = check.name;
  f.axes = {{"scope", "all"}};
  f.key = finding_key(f.metric, f.axes);
  f.kind = finding_kind::check;
  f.in_section = "data_quality";
  f.status = check.examined == 0 && check.rows.empty() ? finding_status::not_measured : finding_status::measured;
  f.cites = check.cites;
  f.sentence = f.status == finding_status::not_measured ? "Could not be checked, the records lack the columns: " + check.rule + "." : check.sentence;
  f.value = check;
  return f;
}

} // namespace lfreval
