#include <lfreval/proportionality/policy.hpp>

namespace lfreval {

namespace {

using enum key_type;
constexpr double whole_number = 9007199254740992.0; // 2^53
constexpr std::string_view sentence = "a sentence of at most 600 characters";

constexpr study_key keys[] = {
    {"schema", integer, true, "1", "", 1, whole_number, "1", "version of the policy language"},
    {"policy.name", text, true, "", "", 0, 0, "lower-case letters, digits and hyphens", "how studies and outputs call it"},
    {"policy.title", text, true, "", "", 0, 0, "a text", "printed first"},
    {"policy.version", text, true, "", "", 0, 0, "a text", "of this text of the policy; findings cite it with the SHA-256 of the file"},
    {"policy.note", text, false, "", "", 0, 0, "a text", "what a reader must know before relying on it"},
    {"criterion[].id", text, true, "", "", 0, 0, "letters, digits, `.`, `_` and `-`", "unique in the policy"},
    {"criterion[].limb", text, true, "", "legality|legitimate_aim|rational_connection|strict_necessity|fair_balance", 0, 0, "legality, legitimate_aim, rational_connection, strict_necessity or fair_balance", "the limb it bears on"},
    {"criterion[].source", text, true, "", "", 0, 0, "a text", "statute, judgment, guidance or force policy"},
    {"criterion[].clause", text, true, "", "", 0, 0, "a text", "where in it"},
    {"criterion[].verified", boolean, true, "", "", 0, 0, "true or false", "whether the clause was checked against the primary text; printed where it was not"},
    {"criterion[].kind", text, true, "", "metric|limit|evidence|process", 0, 0, "metric, limit, evidence or process", "how it can be answered: a figure laid out, a figure held against a line, a check of the registers, or nothing that this tool holds"},
    {"criterion[].strength", text, true, "", "must|should", 0, 0, "must or should", "how binding the source makes it"},
    {"criterion[].data_principle", text, true, "", "lawful_and_fair|purpose_limitation|minimisation|correctness|storage_limitation|security|accountability", 0, 0,
     "lawful_and_fair, purpose_limitation, minimisation, correctness, storage_limitation, security or accountability", "principle of data protection that it serves"},
    {"criterion[].ai_principle", text, true, "", "safety_and_security|transparency_and_explainability|fairness|accountability_and_governance|contestability_and_redress", 0, 0,
     "safety_and_security, transparency_and_explainability, fairness, accountability_and_governance or contestability_and_redress", "principle of the AI White Paper that it serves"},
    {"criterion[].documents", text_list, false, "", "", 0, 0, "a list of dpia, equality and transparency", "documents written by `lfreval document` that it belongs in"},
    {"criterion[].requirement", text, true, "", "", 0, 0, sentence, "what is asked"},
    {"criterion[].reads", text, false, "", "", 0, 0, "a metric or an indicator, with axes where it has them: document_present@document=dpia", "key of the finding that answers it; left out for a process"},
    {"criterion[].comparator", text, false, "", "shown|at_most|at_least|equivalent_between_groups|holds", 0, 0, "shown, at_most, at_least, equivalent_between_groups or holds", "how the finding is held against the line; required for a limit, otherwise shown for a metric and holds for evidence"},
    {"criterion[].line", fraction, false, "", "", 0, 0, "{ events = 1, exposure = 1000 }, two whole numbers; hours for rates per hour", "the line of at_most and at_least"},
    {"criterion[].unit", text, false, "", "", 0, 0, "units of the metric as `false alerts / faces`", "what is divided by what; required where a metric is read, and refused where it is not the metric's own (M39)"},
    {"criterion[].uncertainty", text_list, true, "", "", 0, 0, "a list of U1 to U7, exact or none", "codes of how sure the answer is"},
    {"criterion[].says.met", text, false, "", "", 0, 0, sentence, "printed when it is met"},
    {"criterion[].says.not_met", text, false, "", "", 0, 0, sentence, "printed when it is not"},
    {"criterion[].says.inconclusive", text, false, "", "", 0, 0, sentence, "printed when the data do not decide"},
    {"criterion[].says.shown", text, false, "", "", 0, 0, sentence, "printed beside a figure without a line"},
    {"criterion[].says.not_measured", text, false, "", "", 0, 0, sentence, "printed when nothing on record answers it"},
};

} // namespace

std::span<const study_key> policy_keys() noexcept { return keys; }

} // namespace lfreval
