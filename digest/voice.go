// Package digest makes the texts people see of numbers: the receipt of a report, what a correction changed, the week and
// the year, a list, one report with its history. It is pure: nouns of report in, a Text out; no I/O, no clock, no
// Telegram.
//
// Start with Receipt (what a cadre sees after a report) and Summary (what a supervisor sees on Monday). A Scene brings the
// names and the day. A Text becomes a Message, the body of an outbox row, with its buttons; whoever sends it needs no more.
//
// # The voice
//
//   - Short and concrete: one figure a line in a receipt, one activity a line in a digest, one phone screen in all. A line
//     holds about twenty full-width characters.
//   - The reader is 您. Polite by being brief: no 尊敬的, no 温馨提示, no exclamation marks, no praise, no blame. What
//     was not understood is the bot's fault (没看懂), never the writer's.
//   - Always said, in this order: what was counted, what was not, what can be done next. Words that were not counted are
//     quoted as they were written, in “”.
//   - A receipt is distinct: it carries the report's number (编号), which is how people speak of it later.
//   - One emoji at the head of a text says what kind it is: ✅ counted, ✏️ changed, ↩️ taken back, ❓ asked or not
//     understood, 📋 a digest, 🔎 one report, 📝 a list, 📮 who owes a report,
//     🎯 a target, 🔒 something was masked, or a year is closed. None elsewhere.
//   - Numbers are Arabic, with commas by threes; money in 元 without needless decimals; 约 once, before the number; an
//     arrow from the old number to the new one. Attendances are 人次. A missing base is —, with its reason, never 0.
//   - Days are 3月9日(今天), with the year only where it is not this one. Areas carry their full names.
//   - Lists that do not fit end in ……还有N项.
//   - Texts are plain; only the first line of a digest or list is bold.
//
// What users and Telegram hand in (titles, names, quoted words) passes through clean before it is shown: control, bidi and
// invisible characters could make a text read other than it is.
package digest
