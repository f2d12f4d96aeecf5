package docx

import "fmt"

// part is a file inside the file.
type part struct{ name, body string }

const (
	head       = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	namespaces = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	officeType = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	wordType   = `application/vnd.openxmlformats-officedocument.wordprocessingml.`
)

// section is the page: A4, the type area 156 mm by 225 mm, the numbers of odd and even pages.
const section = `<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>` +
	`<w:pgSz w:w="11906" w:h="16838"/>` +
	`<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" w:header="851" w:footer="1304" w:gutter="0"/>` +
	`<w:docGrid w:type="lines" w:linePitch="579"/></w:sectPr>`

// fixedParts are the parts that are the same in every document.
var fixedParts = []part{
	{"[Content_Types].xml", head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="` + wordType + `document.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="` + wordType + `styles+xml"/>` +
		`<Override PartName="/word/settings.xml" ContentType="` + wordType + `settings+xml"/>` +
		`<Override PartName="/word/fontTable.xml" ContentType="` + wordType + `fontTable+xml"/>` +
		`<Override PartName="/word/footer1.xml" ContentType="` + wordType + `footer+xml"/>` +
		`<Override PartName="/word/footer2.xml" ContentType="` + wordType + `footer+xml"/></Types>`},
	{"_rels/.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + officeType + `officeDocument" Target="word/document.xml"/></Relationships>`},
	{"word/_rels/document.xml.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + officeType + `styles" Target="styles.xml"/>` +
		`<Relationship Id="rId2" Type="` + officeType + `settings" Target="settings.xml"/>` +
		`<Relationship Id="rId3" Type="` + officeType + `fontTable" Target="fontTable.xml"/>` +
		`<Relationship Id="rId4" Type="` + officeType + `footer" Target="footer1.xml"/>` +
		`<Relationship Id="rId5" Type="` + officeType + `footer" Target="footer2.xml"/></Relationships>`},
	{"word/styles.xml", head + `<w:styles ` + namespaces + `><w:docDefaults><w:rPrDefault><w:rPr>` + face{fangsong, size3}.properties("") +
		`<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:pPr><w:jc w:val="both"/></w:pPr></w:style></w:styles>`},
	{"word/settings.xml", head + `<w:settings ` + namespaces + `><w:evenAndOddHeaders/>` +
		`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`},
	{"word/fontTable.xml", head + `<w:fonts ` + namespaces + `>` + substitute(xiaobiaosong, songti) + substitute(fangsong, "仿宋") +
		substitute(kaiti, "楷体") + substitute(heiti, "SimHei") + substitute(songti, "SimSun") + `</w:fonts>`},
	{"word/footer1.xml", footer("right", "rightChars", "right")},
	{"word/footer2.xml", footer("left", "leftChars", "left")},
}

// substitute names the typeface to take where one is not there.
func substitute(name, other string) string {
	return fmt.Sprintf(`<w:font w:name="%s"><w:altName w:val="%s"/></w:font>`, name, other)
}

// footer gives the page's number, — 1 —, at a side of the page and one character in.
func footer(side, chars, twips string) string {
	run := `<w:r><w:rPr><w:rFonts w:ascii="` + songti + `" w:hAnsi="` + songti + `" w:eastAsia="` + songti + `"/><w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr>%s</w:r>`
	field := func(kind string) string { return fmt.Sprintf(run, `<w:fldChar w:fldCharType="`+kind+`"/>`) }
	text := func(s string) string { return fmt.Sprintf(run, `<w:t xml:space="preserve">`+s+`</w:t>`) }
	return head + `<w:ftr ` + namespaces + `><w:p><w:pPr><w:ind w:` + chars + `="100" w:` + twips + `="280"/><w:jc w:val="` + side + `"/></w:pPr>` +
		text("— ") + field("begin") + fmt.Sprintf(run, `<w:instrText xml:space="preserve"> PAGE </w:instrText>`) + field("separate") + text("1") + field("end") +
		text(" —") + `</w:p></w:ftr>`
}
