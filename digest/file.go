package digest

import (
	"strings"

	"huibao/report"
)

// File is the body of an outbox row of the methods sendPhoto and sendDocument, as JSON: a picture or document that is made
// when it is sent, from the numbers as they are then.
type File struct {
	Kind    FileKind      `json:"kind"`
	Area    int64         `json:"area"`
	Period  string        `json:"period"`             // its key
	Query   *report.Query `json:"query,omitempty"`    // of an answer's chart or workbook
	Member  int64         `json:"member,omitempty"`   // whose own data it is
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
	FileOwn      FileKind = "own"      // XLSX: what is kept about a person; neither area nor period

	// Tables that an administrator changes and sends back; XLSX.
	FileDuties    FileKind = "duties"
	FileTargets   FileKind = "targets"
	FileCatalogue FileKind = "catalogue"
)

// Made is a file as it is sent.
type Made struct {
	Name    string // with its ending
	Bytes   []byte
	Caption string // what it shows and how fresh it is
	Photo   bool   // to be sent as a picture, else as a document
}

// maxCaption is how many UTF-16 units the words under a file may have (Bot API, sendPhoto).
const maxCaption = 1024

// Caption cuts words to what may stand under a file.
func Caption(words string) string { return cutUnits(words, maxCaption) }

// titles say what a file is beside whose and of when; a picture of the sums is just that.
var titles = map[FileKind]string{FileWorkbook: "汇总表", FileRegister: "台账", FileDocument: "工作总结", FileSources: "数据来源",
	FileDuties: "应报", FileTargets: "目标任务", FileCatalogue: "类别指标"}

// endings are those of the files' names.
var endings = map[FileKind]string{FileChart: ".png", FileWorkbook: ".xlsx", FileRegister: ".xlsx", FileDocument: ".docx", FileSources: ".xlsx", FileOwn: ".xlsx",
	FileDuties: ".xlsx", FileTargets: ".xlsx", FileCatalogue: ".xlsx"}

// Named gives a file its name and caption: 绥宁县妇联2026年第10周汇总表.xlsx.
func Named(s Scene, f FileKind, area int64, p report.Period, content []byte) Made {
	words := p.Chinese(0)
	if p.Kind == report.Week {
		words, _, _ = strings.Cut(words, " ")
	}
	named := p.Chinese(s.Today.Year())
	if strings.HasSuffix(named, "日") && titles[f] != "" {
		named += " "
	}
	return Made{Name: fileName(s.office(area)+words+titles[f]) + endings[f], Bytes: content, Photo: f == FileChart,
		Caption: Caption(s.office(area) + " " + named + titles[f] + "\n数据截至" + s.date(s.Today))}
}

// fileName makes words a name on any machine.
func fileName(words string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, words)
}

// NamedTable gives a table that is to be sent back its name and caption.
func NamedTable(s Scene, kind FileKind, area int64, year int, content []byte) Made {
	name := s.office(area)
	if kind == FileTargets {
		name += yearName(year)
	}
	return Made{Name: fileName(name+titles[kind]) + endings[kind], Bytes: content,
		Caption: Caption(TableName(kind) + "表，" + s.date(s.Today) + "的\n改好后把文件发回来，先给您看改了什么，\n您按了才算")}
}
