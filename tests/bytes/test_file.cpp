#include <lfreval/bytes/file.hpp>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace lfreval;
namespace fs = std::filesystem;

namespace {

/// A directory of its own for each test, removed at the end.
struct scratch {
  fs::path path;
  scratch() {
    std::string name = (fs::temp_directory_path() / "lfreval-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() { fs::remove_all(path); }

  std::size_t entries() const {
    std::size_t n = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(path)) ++n;
    return n;
  }
};

error refused_read(const fs::path& path) {
  const auto r = read_file(path);
  REQUIRE_FALSE(r.has_value());
  CHECK(r.error().code == error_code::cannot_open);
  CHECK(r.error().file == path.native());
  CHECK(r.error().allowed == "a regular file that may be read");
  return r.error();
}

error refused_write(const fs::path& path) {
  const auto r = write_file_atomically(path, "content");
  REQUIRE_FALSE(r.has_value());
  CHECK(r.error().code == error_code::cannot_write);
  CHECK(r.error().file == path.native());
  CHECK_FALSE(r.error().allowed.empty());
  return r.error();
}

std::string content_of(const fs::path& path) {
  const auto r = read_file(path);
  REQUIRE(r.has_value());
  return r->bytes;
}

/// Exit status of a child that runs the function: 0 when it returned true; the signal + 128 if one ended it.
int in_child(const std::function<bool()>& check) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(check() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

} // namespace

TEST_CASE("SHA-256 of the published examples") {
  // FIPS 180-4 examples, as published by NIST with the standard.
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a regular file is read whole, whatever its bytes and size") {
  const scratch dir;
  for (const std::size_t size : {0U, 1U, 4095U, 4096U, 4097U, 1'000'003U}) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31U);
    REQUIRE(write_file_atomically(dir.path / "f", bytes).has_value());
    const auto r = read_file(dir.path / "f");
    REQUIRE(r.has_value());
    CHECK(r->bytes == bytes);
    CHECK(r->sha256 == sha256_hex(bytes));
  }
  fs::create_symlink("f", dir.path / "link");
  CHECK(content_of(dir.path / "link").size() == 1'000'003U);
  CHECK(read_file("/proc/self/status")->bytes.size() > 100);
}

TEST_CASE("what is not a readable regular file is named, without waiting") {
  const scratch dir;
  CHECK(refused_read(dir.path / "absent").value == "No such file or directory");
  CHECK(refused_read(dir.path).value == "a directory");
  CHECK(refused_read("/dev/null").value == "a character device");
  CHECK(refused_read("").value == "an empty path or one with a NUL byte");

  REQUIRE(write_file_atomically(dir.path / "f", "x").has_value());
  CHECK(refused_read(dir.path / "f" / "g").value == "Not a directory");
  CHECK(refused_read(fs::path((dir.path / "f").string() + std::string("\0g", 2))).value ==
        "an empty path or one with a NUL byte");

  REQUIRE(::mkfifo((dir.path / "pipe").c_str(), 0600) == 0);
  CHECK(refused_read(dir.path / "pipe").value == "a named pipe");
  fs::create_symlink("pipe", dir.path / "to_pipe");
  CHECK(refused_read(dir.path / "to_pipe").value == "a named pipe");

  fs::create_symlink("nowhere", dir.path / "dangling");
  CHECK(refused_read(dir.path / "dangling").value == "a symbolic link whose target does not exist");
  fs::create_symlink("loop", dir.path / "loop");
  CHECK(refused_read(dir.path / "loop").value == "a symbolic link that leads back to itself");

  const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, (dir.path / "socket").c_str(), sizeof address.sun_path - 1);
  REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK(refused_read(dir.path / "socket").value == "a socket");
  ::close(listener);
}

TEST_CASE("a path is reported as the caller gave it") {
  CHECK(refused_read("./no/such/../file").file == "./no/such/../file");
}

TEST_CASE("permission denied is an error, not a crash") {
  const scratch dir;
  REQUIRE(write_file_atomically(dir.path / "f", "x").has_value());
  fs::permissions(dir.path / "f", fs::perms::none);
  fs::permissions(dir.path, fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec);
  const bool is_root = ::geteuid() == 0;
  if (!is_root) fs::permissions(dir.path, fs::perms::owner_read | fs::perms::owner_exec);
  const int status = in_child([&] {
    if (is_root && ::setuid(65534) != 0) return false;
    const auto r = read_file(dir.path / "f");
    const auto w = write_file_atomically(dir.path / "g", "x");
    return !r.has_value() && r.error().code == error_code::cannot_open && r.error().value == "Permission denied" &&
           !w.has_value() && w.error().code == error_code::cannot_write && w.error().value == "Permission denied";
  });
  fs::permissions(dir.path, fs::perms::owner_all);
  CHECK(status == 0);
  CHECK(dir.entries() == 1);
}

TEST_CASE("a written file replaces the old one whole and leaves nothing beside it") {
  const scratch dir;
  const fs::path target = dir.path / "evaluation.json";
  REQUIRE(write_file_atomically(target, std::string(100'000, 'a')).has_value());
  CHECK(content_of(target).size() == 100'000);
  REQUIRE(write_file_atomically(target, "new").has_value());
  CHECK(content_of(target) == "new");
  REQUIRE(write_file_atomically(target, "").has_value());
  CHECK(content_of(target).empty());
  CHECK(dir.entries() == 1);
}

TEST_CASE("permissions of a written file follow the umask") {
  const scratch dir;
  const mode_t before = ::umask(027);
  REQUIRE(write_file_atomically(dir.path / "f", "x").has_value());
  ::umask(before);
  struct stat info {};
  REQUIRE(::stat((dir.path / "f").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0640U);
}

TEST_CASE("a bare file name is written to the working directory, a name of 255 bytes too") {
  const scratch dir;
  const fs::path before = fs::current_path();
  fs::current_path(dir.path);
  const auto bare = write_file_atomically("bare", "x");
  const auto longest = write_file_atomically(std::string(255, 'n'), "x");
  const auto too_long = write_file_atomically(std::string(256, 'n'), "x");
  fs::current_path(before);
  CHECK(bare.has_value());
  CHECK(longest.has_value());
  REQUIRE_FALSE(too_long.has_value());
  CHECK(too_long.error().value == "File name too long");
  CHECK(dir.entries() == 2);
}

TEST_CASE("targets that are not regular files are refused and stay as they are") {
  const scratch dir;
  fs::create_directory(dir.path / "sub");
  CHECK(refused_write(dir.path / "sub").value == "a directory");
  CHECK(refused_write(dir.path / "sub" / "").value == "a path that ends in a slash");
  CHECK(refused_write(dir.path / "sub" / ".").value == "a directory");
  CHECK(refused_write("/dev/full").value == "a character device");
  REQUIRE(::mkfifo((dir.path / "pipe").c_str(), 0600) == 0);
  CHECK(refused_write(dir.path / "pipe").value == "a named pipe");

  fs::create_symlink("/dev/full", dir.path / "full");
  CHECK(refused_write(dir.path / "full").value == "a symbolic link to a character device");
  fs::create_symlink("nowhere", dir.path / "dangling");
  CHECK(refused_write(dir.path / "dangling").value == "a symbolic link to nothing");
  REQUIRE(write_file_atomically(dir.path / "f", "kept").has_value());
  fs::create_symlink("f", dir.path / "link");
  CHECK(refused_write(dir.path / "link").value == "a symbolic link to a regular file");

  CHECK(fs::is_symlink(dir.path / "full"));
  CHECK(fs::is_symlink(dir.path / "link"));
  CHECK(content_of(dir.path / "f") == "kept");
  CHECK(dir.entries() == 6);
}

TEST_CASE("a missing directory or a file in its place is an error") {
  const scratch dir;
  CHECK(refused_write(dir.path / "absent" / "f").value == "No such file or directory");
  REQUIRE(write_file_atomically(dir.path / "f", "x").has_value());
  CHECK(refused_write(dir.path / "f" / "g").value == "Not a directory");
  CHECK(refused_write("").value == "an empty path or one with a NUL byte");
  CHECK(dir.entries() == 1);
}

TEST_CASE("a file size limit is an error: the process lives, the old file stays, nothing is left behind") {
  const scratch dir;
  const fs::path target = dir.path / "f";
  REQUIRE(write_file_atomically(target, "old").has_value());
  for (const bool ignored : {false, true}) {
    const int status = in_child([&] {
      std::signal(SIGXFSZ, ignored ? SIG_IGN : SIG_DFL);
      const rlimit limit{4096, 4096};
      if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
      const auto r = write_file_atomically(target, std::string(10'000, 'x'));
      const bool is_refused =
          !r.has_value() && r.error().code == error_code::cannot_write && r.error().value == "File too large";
      return is_refused && write_file_atomically(dir.path / "small", "fits").has_value() &&
             ::unlink((dir.path / "small").c_str()) == 0;
    });
    CHECK(status == 0);
    CHECK(content_of(target) == "old");
    CHECK(dir.entries() == 1);
  }
}

TEST_CASE("a full device is an error and nothing is left behind") {
  const scratch dir;
  constexpr int no_privilege = 77;
  const int status = in_child([&] {
    // A mount of its own, seen by no other process and gone with this one.
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("none", dir.path.c_str(), "tmpfs", 0, "size=64k") != 0)
      ::_exit(no_privilege);
    if (!write_file_atomically(dir.path / "f", "old").has_value()) return false;
    const auto r = write_file_atomically(dir.path / "f", std::string(1'000'000, 'x'));
    return !r.has_value() && r.error().code == error_code::cannot_write &&
           r.error().value == "No space left on device" && dir.entries() == 1 && content_of(dir.path / "f") == "old";
  });
  if (status == no_privilege)
    MESSAGE("not tested: a small file system needs privileges to mount");
  else
    CHECK(status == 0);
}
