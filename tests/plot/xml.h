#pragma once

#include <cctype>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace cairn::test {

/// A strict little reader of XML: enough to say whether a document is well formed.
class XmlReader {
 public:
  explicit XmlReader(std::string text) : text_(std::move(text)) { read(); }

  bool well_formed() const { return error_.empty(); }
  /// What is wrong and where; empty if nothing is.
  const std::string& error() const { return error_; }
  /// How many elements of this name there are.
  std::size_t count(const std::string& name) const { return names_.count(name); }
  /// All character data, entities resolved.
  const std::string& content() const { return content_; }

 private:
  bool fail(const std::string& what) {
    if (error_.empty()) error_ = what + " at " + std::to_string(at_);
    return false;
  }
  bool name(std::string& out) {
    out.clear();
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '-' ||
            text_[at_] == ':')) {
      out += text_[at_++];
    }
    return out.empty() ? fail("a name is missing") : true;
  }
  bool entity(std::string& out) {
    const std::size_t end = text_.find(';', at_);
    if (end == text_.npos) return fail("an entity does not end");
    const std::string name = text_.substr(at_ + 1, end - at_ - 1);
    if (name == "amp") {
      out += '&';
    } else if (name == "lt") {
      out += '<';
    } else if (name == "gt") {
      out += '>';
    } else if (name == "quot") {
      out += '"';
    } else if (name == "#39") {
      out += '\'';
    } else if (name == "#36") {
      out += '$';
    } else {
      return fail("unknown entity '" + name + "'");
    }
    at_ = end + 1;
    return true;
  }
  bool text_until(char stop, std::string& out) {
    while (at_ < text_.size() && text_[at_] != stop) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (text_[at_] == '<') return fail("a bare <");
      if (byte < 0x20 && byte != '\n') return fail("a control character");
      if (text_[at_] == '&') {
        if (!entity(out)) return false;
      } else {
        out += text_[at_++];
      }
    }
    return true;
  }
  bool tag() {
    ++at_;
    if (text_[at_] == '/') {
      ++at_;
      std::string closing;
      if (!name(closing)) return false;
      if (open_.empty() || open_.back() != closing) return fail("</" + closing + ">");
      open_.pop_back();
      return text_[at_++] == '>' ? true : fail("> expected");
    }
    std::string element;
    if (!name(element)) return false;
    if (open_.empty() && !names_.empty()) return fail("a second root");
    names_.insert(element);
    std::set<std::string> seen;
    while (at_ < text_.size() && text_[at_] == ' ') {
      ++at_;
      std::string attribute, value;
      if (!name(attribute)) return false;
      if (!seen.insert(attribute).second) return fail("attribute twice: " + attribute);
      if (text_.compare(at_, 2, "=\"") != 0) return fail("=\" expected");
      at_ += 2;
      if (!text_until('"', value)) return false;
      ++at_;
    }
    if (text_.compare(at_, 2, "/>") == 0) return at_ += 2, true;
    if (at_ >= text_.size() || text_[at_] != '>') return fail("> expected");
    ++at_;
    open_.push_back(element);
    return true;
  }
  void read() {
    while (at_ < text_.size() && error_.empty()) {
      if (text_[at_] == '<') {
        if (!tag()) return;
      } else if (!text_until('<', content_)) {
        return;
      }
    }
    if (!open_.empty()) fail("<" + open_.back() + "> is not closed");
    if (names_.empty()) fail("no element");
  }

  std::string text_, error_, content_;
  std::size_t at_ = 0;
  std::vector<std::string> open_;
  std::multiset<std::string> names_;
};

}  // namespace cairn::test
