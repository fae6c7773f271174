#include "trial_tables.hpp"

#include <charconv>
#include <initializer_list>
#include <string_view>
#include <system_error>

namespace lfreval::synthetic {

namespace {

/// The shortest decimal number that is read back as the same score: six decimals at most, because scores are
/// millionths.
std::string printed(float score) {
  if (score == no_score) return {};
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, score, std::chars_format::fixed).ptr;
  return {digits, end};
}

std::string passage_id(std::size_t row) {
  const std::string number = std::to_string(row + 1);
  return "synthetic-passage-" + std::string(number.size() < 7 ? 7 - number.size() : 0, '0') + number;
}

std::string text_of(const text_column& column, std::size_t row) {
  return column.codes[row] == no_code ? std::string() : column.texts[column.codes[row]];
}

/// Names hold no comma and no quote: `require_valid` saw to it.
void add_row(std::string& table, std::initializer_list<std::string_view> cells) {
  bool first = true;
  for (const std::string_view cell : cells) {
    if (!first) table += ',';
    table += cell;
    first = false;
  }
  table += '\n';
}

const char* yes_no(bool value) { return value ? "yes" : "no"; }

} // namespace

std::string passages_csv(const trial_design& d, const synthetic_trial& trial, const passage_headers& headers) {
  const passage_table& t = trial.passages;
  std::string out;
  add_row(out, {headers.passage, headers.person, "deployment", "camera", d.group_axis, "light", headers.mated, "mate",
                "acquired", "top_person", "top_score", "second_score", "mate_score", "mate_rank"});
  for (std::size_t i = 0; i < t.size(); ++i) {
    const bool mated = t.mated[i] == mated_status::yes;
    const std::string person = text_of(t.person, i);
    add_row(out, {passage_id(i), person, text_of(t.deployment, i), text_of(t.camera, i),
                  text_of(t.groups.at(d.group_axis), i), text_of(t.groups.at("light"), i), yes_no(mated),
                  mated ? person : std::string(), yes_no(t.acquired[i] != 0), text_of(t.top_person, i),
                  printed(t.top_score[i]), printed(t.second_score[i]), printed(t.mate_score[i]),
                  t.mate_rank[i] == 0 ? std::string() : std::to_string(t.mate_rank[i])});
  }
  return out;
}

std::string candidates_csv(const trial_design& d, const synthetic_trial& trial) {
  std::string out;
  add_row(out, {"system", "passage", "rank", "person", "score"});
  for (std::size_t i = 0; i < trial.passages.size(); ++i) {
    std::size_t rank = 0;
    for (const candidate& one : trial.candidates_of(i))
      add_row(out, {d.system, passage_id(i), std::to_string(++rank), person_id(one.person), printed(one.score)});
  }
  return out;
}

std::string persons_csv(const trial_design& d, const synthetic_trial& trial) {
  std::string out;
  add_row(out, {"person", d.group_axis, "label_source"});
  for (std::uint32_t person = 0; person < trial.group_of.size(); ++person)
    add_row(out, {person_id(person), d.groups[trial.group_of[person]].name, "synthetic"});
  return out;
}

std::string watchlist_csv(const trial_design& d, const watchlist& list) {
  std::string out;
  add_row(out, {"list", "image", "person", "enrolled"});
  for (std::uint32_t person = 0; person < list.persons.size(); ++person)
    for (std::uint32_t image = 1; image <= list.persons[person].images; ++image) {
      const std::string id = person_id(person);
      add_row(out, {d.list, "synthetic-image-" + id.substr(id.size() - 6) + "-" + std::to_string(image), id, "yes"});
    }
  return out;
}

std::string exposure_csv(const trial_design& d, const synthetic_crowd& crowd, const std::string& count_header) {
  const bool says_how = count_header == "count";
  std::string out, cv = std::to_string(d.crowd.face_count_cv);
  cv.erase(cv.find_last_not_of('0') + 1);
  if (says_how)
    add_row(out, {"deployment", "camera", "unit", "mated", count_header, "quality", "cv"});
  else
    add_row(out, {"deployment", "camera", "unit", "mated", count_header});
  for (const crowd_cell& cell : crowd.cells) {
    const std::string deployment = deployment_id(cell.deployment), counted = std::to_string(cell.counted_faces);
    const std::string& camera = d.cameras[cell.camera].name;
    if (!says_how)
      add_row(out, {deployment, camera, "faces", "unknown", counted});
    else if (d.crowd.face_count_cv > 0.0)
      add_row(out, {deployment, camera, "faces", "unknown", counted, "estimated", cv});
    else
      add_row(out, {deployment, camera, "faces", "unknown", counted, "logged", ""});
  }
  return out;
}

std::string alerts_csv(const trial_design& d, const synthetic_crowd& crowd) {
  std::string out;
  add_row(out, {"alert", "alert_group", "deployment", "system", "camera", "person", "score", "adjudication", "engaged",
                "identity", "label_source"});
  std::size_t number = 0;
  for (const crowd_alert& one : crowd.alerts) {
    const bool resolved = one.identity != alert_identity::unresolved;
    add_row(out,
            {"synthetic-alert-" + std::to_string(++number), "synthetic-alert-group-" + std::to_string(one.alert_group),
             deployment_id(one.deployment), d.system, d.cameras[one.camera].name, person_id(one.alerted_on.person),
             printed(one.alerted_on.score), one.credible ? "credible" : "not_credible", yes_no(one.engaged),
             !resolved                                    ? "unresolved"
             : one.identity == alert_identity::true_alert ? "true"
                                                          : "false",
             resolved ? "confirmed_by_id" : "none"});
  }
  return out;
}

} // namespace lfreval::synthetic
