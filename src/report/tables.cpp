#include <lfreval/report/tables.hpp>

#include <initializer_list>

#include <lfreval/types/number.hpp>
#include <lfreval/types/printable.hpp>

namespace lfreval {

namespace {

std::string text_cell(std::string_view text) {
  std::string safe = printable(text, 4000);
  // A spreadsheet runs a cell that begins with one of these.
  if (!safe.empty() && std::string_view("=+-@\t\r").find(safe.front()) != std::string_view::npos) safe.insert(safe.begin(), '\'');
  if (safe.find_first_of(",\"\n\r") == std::string::npos) return safe;
  std::string out = "\"";
  for (const char c : safe) { if (c == '"') out += '"'; out += c; }
  return out + "\"";
}

std::string number_cell(double value) { return value == unbounded ? "inf" : shortest(value); }

void add_line(std::string& out, const std::vector<std::string>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) out += (i == 0 ? "" : ",") + cells[i];
  out += '\n';
}

/// The cells of a finding between its status and its flags.
struct finding_cells {
  std::string events, events_unit, exposure, exposure_unit, value, lower, upper, level, method, answer;

  void limits(const interval& i, double scale) {
    lower = number_cell(i.lower * scale);
    upper = number_cell(i.upper * scale);
    level = number_cell(i.level.level());
    method = to_string(i.method);
  }
  void units(metric_id metric) {
    events_unit = to_string(units_of(metric).events);
    exposure_unit = to_string(units_of(metric).exposure);
  }
  void counts(const cluster_tally& of) {
    events = std::to_string(of.events);
    exposure = std::to_string(of.exposure);
  }

  void operator()(std::monostate) {}
  void operator()(const estimate& e) {
    const auto scale = static_cast<double>(printed_per(e.metric));
    counts({e.events, e.exposure});
    units(e.metric);
    value = number_cell(e.point * scale);
    limits(e.headline, scale);
  }
  void operator()(const extremes& x) {
    const auto scale = static_cast<double>(printed_per(x.lowest.metric));
    units(x.lowest.metric);
    limits(x.highest.headline, scale);
    lower = number_cell(x.lowest.headline.lower * scale);
  }
  void operator()(const quantity_value& q) {
    counts(q.of);
    events_unit = to_string(q.per);
    exposure_unit = to_string(q.counted);
    const double scale = is_time(q.counted) ? 1.0 / 3600 : 1.0;
    value = number_cell(q.point * scale);
    limits(q.made, scale);
  }
  void operator()(const distribution_value& d) {
    exposure = std::to_string(d.made.n);
    exposure_unit = "recorded";
    value = number_cell(d.made.median);
    lower = number_cell(d.made.smallest);
    upper = number_cell(d.made.largest);
    method = "median_and_extremes";
  }
  void operator()(const ratio_value& r) {
    counts(r.of);
    value = number_cell(r.point);
    limits(r.made, 1);
  }
  void operator()(const difference_value& d) {
    counts(d.first);
    value = number_cell(d.point);
    limits(d.made, 1);
  }
  void operator()(const group_difference& d) {
    counts(d.first);
    value = number_cell(d.point);
    limits(d.made, 1);
  }
  void operator()(const change_value& c) {
    counts(c.after);
    events_unit = to_string(unit::outcomes);
    exposure_unit = "days";
    value = number_cell(c.made.ratio);
    limits(c.made.ratio_limits, 1);
  }
  void operator()(const break_value& b) {
    value = number_cell(b.ratio);
    limits(b.limits, 1);
  }
  void operator()(const count_value& c) {
    events = std::to_string(c.n);
    events_unit = to_string(c.of);
  }
  void operator()(const record_check& c) {
    counts({c.rows.size(), c.examined});
    events_unit = "named";
    exposure_unit = "examined";
  }
  void operator()(const guaranteed_threshold& g) {
    counts({g.choice.reaching, g.choice.trials});
    events_unit = "reaching";
    exposure_unit = "trials";
    value = number_cell(g.on_own_scale);
    level = number_cell(g.choice.level.level());
    method = "guaranteed_threshold";
  }
  void operator()(const projection_value& p) {
    if (p.point) value = number_cell(*p.point);
    limits(p.made, 1);
  }
  void operator()(const verdict_value& v) {
    counts({v.events, v.exposure});
    units(v.declared.metric);
    answer = to_string(v.answer.outcome);
    if (v.answer.unfavourable) limits(*v.answer.unfavourable, static_cast<double>(printed_per(v.declared.metric)));
  }
};

std::string data_quality_table(const evaluation& e) {
  std::string out = "check,severity,examined,named,deployment,arithmetic,cells\n";
  for (const finding& f : e.findings) {
    const auto* check = std::get_if<record_check>(&f.value);
    if (check == nullptr) continue;
    const std::vector<std::string> head{text_cell(check->name), std::string(to_string(check->severity)), std::to_string(check->examined), std::to_string(check->rows.size())};
    const auto line = [&](std::initializer_list<std::string> rest) {
      std::vector<std::string> cells = head;
      cells.insert(cells.end(), rest);
      add_line(out, cells);
    };
    if (check->rows.empty()) line({"", "", ""});
    for (const record_check::row& row : check->rows) {
      std::string cells;
      for (const std::string& cell : row.cells) cells += (cells.empty() ? "" : " ") + cell;
      line({text_cell(row.deployment), text_cell(row.arithmetic), text_cell(cells)});
    }
  }
  return out;
}

std::string not_measured_table(const evaluation& e) {
  std::string out = "topic,why,remedy,metrics\n";
  for (const not_measured_item& item : e.not_measured) {
    std::string metrics;
    for (const std::string& metric : item.metrics) metrics += (metrics.empty() ? "" : " ") + metric;
    add_line(out, {text_cell(item.topic), text_cell(item.why), text_cell(item.remedy), text_cell(metrics)});
  }
  return out;
}

std::string curve_table(const curve& c) {
  std::string out;
  std::size_t rows = 0;
  for (const curve::column& column : c.columns) {
    out += (out.empty() ? "" : ",") + text_cell(column.name);
    rows = std::max(rows, std::visit([](const auto& values) { return values.size(); }, column.values));
  }
  out += '\n';
  const auto cell_at = [](const curve::column& column, std::size_t row) {
    return std::visit([&](const auto& values) -> std::string {
      if constexpr (std::is_same_v<std::decay_t<decltype(values.front())>, std::string>) return text_cell(values[row]);
      else if (!values[row]) return "";
      else if constexpr (std::is_same_v<std::decay_t<decltype(*values.front())>, double>) return number_cell(*values[row]);
      else return std::to_string(*values[row]);
    }, column.values);
  };
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < c.columns.size(); ++i) out += (i == 0 ? "" : ",") + cell_at(c.columns[i], row);
    out += '\n';
  }
  return out;
}

} // namespace

std::string to_csv(const evaluation& e) {
  std::string out = "key,metric,kind,status,events,events_unit,exposure,exposure_unit,estimate,lower,upper,confidence,method,verdict,flags,sentence\n";
  for (const finding& f : e.findings) {
    finding_cells cells;
    std::visit(cells, f.value);
    std::string flags;
    for (const flag one : f.flags.list()) flags += (flags.empty() ? "" : " ") + std::string(to_string(one));
    add_line(out, {text_cell(f.key), text_cell(f.metric), std::string(to_string(f.kind)), std::string(to_string(f.status)), cells.events, cells.events_unit, cells.exposure,
                   cells.exposure_unit, cells.value, cells.lower, cells.upper, cells.level, cells.method, cells.answer, flags, text_cell(f.sentence)});
  }
  return out;
}

std::vector<table_file> to_tables(const evaluation& e) {
  std::vector<table_file> out{{"findings.csv", to_csv(e)}, {"data_quality.csv", data_quality_table(e)}, {"not_measured.csv", not_measured_table(e)}};
  for (const curve& c : e.curves) out.push_back({c.name + ".csv", curve_table(c)});
  return out;
}

} // namespace lfreval
