// One criterion of a policy file, held against the closed tables. Private to the proportionality stage.
#pragma once

#include <string>
#include <vector>

#include <lfreval/proportionality/policy.hpp>
#include <lfreval/study/declared.hpp>

namespace lfreval {

/// Turns entries that passed the key check into criteria; what one key says about another is checked here.
class criterion_reader {
public:
  criterion_reader(const std::string& file, std::vector<error>& errors) : file_(file), errors_(errors) {}
  [[nodiscard]] criterion read(const declared_value& entry);

private:
  void add(const declared_value& at, error_code, const std::string& key, std::string value, std::string allowed);
  /// At the field where it is, else at the entry.
  void add_field(const declared_value& entry, std::string_view field, error_code, std::string value, std::string allowed);
  void read_texts(const declared_value& entry, criterion&);
  void read_key(const declared_value& entry, criterion&);
  void read_comparator(const declared_value& entry, criterion&);
  void read_line(const declared_value& entry, criterion&);
  void read_unit(const declared_value& entry, criterion&);
  void read_sentences(const declared_value& entry, criterion&);

  const std::string& file_;
  std::vector<error>& errors_;
  const indicator* indicator_ = nullptr; ///< that the criterion at hand reads
};

/// `metric@axis=value;axis=value`, values percent-encoded, into its parts; false for a key that is not of that form.
[[nodiscard]] bool split_finding_key(const std::string& key, std::string& name, std::map<std::string, std::string>& axes);

} // namespace lfreval
