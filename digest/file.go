package digest

import "huibao/report"

// File is the body of an outbox row of the methods sendPhoto and sendDocument, as JSON: a picture or document that is made
// when it is sent, from the numbers as they are then.
type File struct {
	Kind    FileKind      `json:"kind"`
	Area    int64         `json:"area"`
	Period  string        `json:"period"`             // its key
	Query   *report.Query `json:"query,omitempty"`    // of an answer's chart or workbook
	ReplyTo int64         `json:"reply_to,omitempty"` // Telegram's id of the message this one answers, 0 for none
}

// FileKind says what a file shows.
type FileKind string

// The kinds of file.
const (
	FileChart    FileKind = "chart"    // PNG: a period's numbers as a picture
	FileWorkbook FileKind = "workbook" // XLSX: a period's sums
	FileRegister FileKind = "register" // XLSX: one row a report (台账)
	FileDocument FileKind = "document" // DOCX: the year's work summary
	FileSources  FileKind = "sources"  // XLSX: where each number of the document comes from (数据来源)
)

// Made is a file as it is sent.
type Made struct {
	Name    string // with its ending
	Bytes   []byte
	Caption string // what it shows and how fresh it is
	Photo   bool   // to be sent as a picture, else as a document
}
