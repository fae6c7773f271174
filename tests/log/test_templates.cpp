#include <lfreval/log/templates.hpp>

#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <stdexcept>

#include "support/temporary_folder.hpp"

using namespace lfreval;

namespace {

/// What numpy.save writes for numpy.array([[1, 2, 3], [0.5, -0.25, 0]], dtype='<f4'), byte for byte.
std::string numpy_file(const std::string& type = "<f4", const std::string& order = "False", const std::string& shape = "(2, 3)") {
  std::string header = "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  header.resize(117, ' ');
  header += '\n';
  std::string out = std::string("\x93NUMPY\x01", 7) + std::string(1, '\0') + std::string("\x76", 1) + std::string(1, '\0') + header;
  const unsigned char numbers[] = {0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40, 0, 0, 0, 0x3f, 0, 0, 0x80, 0xbe, 0, 0, 0, 0};
  return out.append(reinterpret_cast<const char*>(numbers), sizeof numbers);
}

} // namespace

TEST_CASE("templates: norms are not below the truth, and unit templates have norm one") {
  template_set some(3);
  some.add(std::vector<float>{3, 4, 0});
  some.add(std::vector<float>{0, 0, -2});
  CHECK(some.size() == 2);
  CHECK(some.norms()[0] >= 5);
  CHECK(some.norms()[0] < 5 * (1 + 1e-9));
  const template_set unit = some.unit();
  CHECK(unit[0][0] == 0.6F);
  CHECK(unit[0][1] == 0.8F);
  CHECK(unit[1][2] == -1.0F);
  some.add(std::vector<float>{0, 0, 0});
  CHECK_THROWS_AS((void)some.unit(), std::invalid_argument);
}

TEST_CASE("templates: a wrong one is a wrong call and adds nothing") {
  template_set some(2);
  CHECK_THROWS_AS(some.add(std::vector<float>{1}), std::invalid_argument);
  CHECK_THROWS_AS(some.add(std::vector<float>{1, NAN}), std::invalid_argument);
  CHECK_THROWS_AS(some.add(std::vector<float>{std::numeric_limits<float>::infinity(), 0}), std::invalid_argument);
  CHECK_THROWS_AS(some.add(std::vector<float>{1e20F, 0}), std::invalid_argument);
  CHECK(some.size() == 0);
  CHECK(some.values().empty());
  CHECK_THROWS_AS(template_set(0), std::invalid_argument);
  CHECK_THROWS_AS(template_set(longest_template + 1), std::invalid_argument);
  CHECK_THROWS_AS(template_set(2, {1, 2, 3}), std::invalid_argument);
}

TEST_CASE("templates: a NumPy file is read, and written as NumPy writes it") {
  const test::temporary_folder folder;
  const auto read = read_npy(folder.write("t.npy", numpy_file()));
  REQUIRE(read.has_value());
  CHECK(*read == template_set(3, {1, 2, 3, 0.5F, -0.25F, 0}));
  CHECK(to_npy(*read) == numpy_file());
}

TEST_CASE("templates: a NumPy file that is no set of templates is refused with its fault") {
  const test::temporary_folder folder;
  const auto refused = [&](const std::string& bytes) {
    const auto read = read_npy(folder.write("t.npy", bytes));
    REQUIRE_FALSE(read.has_value());
    CHECK_FALSE(read.error().value.empty());
    return read.error().code;
  };
  CHECK(refused("id,a,b\n") == error_code::malformed_matrix);
  CHECK(refused(numpy_file().substr(0, 40)) == error_code::malformed_matrix);
  for (std::size_t cut = 12; cut < numpy_file().size(); cut += 7) CHECK(refused(numpy_file().substr(0, cut)) == error_code::malformed_matrix);
  CHECK(refused(numpy_file() + "x") == error_code::malformed_matrix);
  CHECK(refused(numpy_file("<f8")) == error_code::unsupported);
  CHECK(refused(numpy_file(">f4")) == error_code::unsupported);
  CHECK(refused(numpy_file("<f4", "True")) == error_code::unsupported);
  CHECK(refused(numpy_file("<f4", "False", "(6,)")) == error_code::unsupported);
  CHECK(refused(numpy_file("<f4", "False", "(3, 3)")) == error_code::malformed_matrix);
  CHECK(refused(numpy_file("<f4", "False", "(6148914691236517206, 3)")) == error_code::unsupported);
  CHECK(refused(numpy_file("<f4", "False", "(2, 0)")) == error_code::not_allowed);
  std::string nan = numpy_file();
  nan[nan.size() - 2] = '\xc0';
  nan[nan.size() - 1] = '\x7f';
  CHECK(refused(nan) == error_code::not_allowed);
  CHECK(read_npy(folder.at("none.npy")).error().code == error_code::cannot_open);
}

TEST_CASE("templates: a table of them, and its ledger") {
  const test::temporary_folder folder;
  ledger refused;
  const auto read = read_template_csv(folder.write("t.csv", "image,a,b\np,1,0.1\nq,x,0\nr,0,1e400\ns,0,1\ns,1,0\n,1,1\nt,nan,0\nu,-1,2e-3\nv,1\n"), refused, "list");
  REQUIRE(read.has_value());
  CHECK(read->ids == std::vector<std::string>{"p", "u"});
  CHECK(read->templates == template_set(2, {1, 0.1F, -1, 2e-3F}));
  CHECK(refused.counts() == std::map<error_code, std::uint64_t>{{error_code::not_a_number, 3}, {error_code::duplicate_id, 2}, {error_code::missing_value, 1}, {error_code::wrong_field_count, 1}});
  for (const refused_row& row : refused.rows()) CHECK(row.source == "list");
  CHECK(read_template_csv(folder.write("u.csv", "image\np\n"), refused, "list").error().code == error_code::missing_value);
}
