package docx

import (
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf8"
)

// The typefaces of the standard.
const (
	xiaobiaosong = "方正小标宋简体"
	fangsong     = "仿宋_GB2312"
	kaiti        = "楷体_GB2312"
	heiti        = "黑体"
	songti       = "宋体"
	western      = "Times New Roman" // digits and letters
)

// Sizes in half points.
const (
	size2 = 44 // 二号 22 pt
	size3 = 32 // 三号 16 pt
	size4 = 28 // 四号 14 pt
)

// line is the step of a line in twips: 22 of them make 225 mm.
const line = 579

// document gives the main part.
func document(d Document) string {
	var b strings.Builder
	b.WriteString(head + `<w:document ` + namespaces + `><w:body>`)
	for _, l := range TitleLines(d.Title) {
		paragraph(&b, "", `<w:jc w:val="center"/>`, face{xiaobiaosong, size2}, []Run{{Text: l}})
	}
	if len(d.Title) > 0 {
		paragraph(&b, "", "", face{fangsong, size3}, nil)
	}
	for i, p := range d.Paragraphs {
		keep := ""
		if p.Style != Body || i == len(d.Paragraphs)-1 {
			keep = together // a head does not end a page, and no page has nothing but name and date
		}
		paragraph(&b, keep, `<w:ind w:firstLineChars="200" w:firstLine="640"/>`, faces[p.Style], p.Runs)
	}
	if d.Signed != "" {
		sign(&b, d)
	}
	b.WriteString(section + `</w:body></w:document>`)
	return b.String()
}

// together keeps a paragraph on the page of the next one.
const together = `<w:keepNext/><w:keepLines/>`

// face is a typeface and its size.
type face struct {
	name string
	size int
}

var faces = map[Style]face{
	Body:   {fangsong, size3},
	Level1: {heiti, size3},
	Level2: {kaiti, size3},
	Level3: {fangsong, size3},
}

// paragraph writes one paragraph. Its properties must stand in the format's own order: what keeps it together, then its
// lines, then its place. Off the grid, a title's larger characters still take one line each.
func paragraph(b *strings.Builder, keep, place string, f face, runs []Run) {
	fmt.Fprintf(b, `<w:p><w:pPr>%s<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="%d" w:lineRule="exact"/>%s<w:rPr>%s</w:rPr></w:pPr>`,
		keep, line, place, f.properties(""))
	for _, r := range runs {
		if r.Text == "" {
			continue
		}
		highlight := ""
		if r.Marked {
			highlight = `<w:highlight w:val="yellow"/>`
		}
		b.WriteString(`<w:r><w:rPr>` + f.properties(highlight) + `</w:rPr><w:t xml:space="preserve">`)
		b.WriteString(escape(r.Text))
		b.WriteString(`</w:t></w:r>`)
	}
	b.WriteString("</w:p>")
}

// properties gives the properties of a run; characters stand a little closer, so that 28 fill a line.
func (f face) properties(highlight string) string {
	closer := `<w:spacing w:val="-5"/>`
	if f.size != size3 {
		closer = ""
	}
	return fmt.Sprintf(`<w:rFonts w:ascii="%s" w:hAnsi="%[1]s" w:eastAsia="%[2]s" w:cs="%[1]s"/>%[3]s<w:sz w:val="%[4]d"/><w:szCs w:val="%[4]d"/>%[5]s`,
		western, f.name, closer, f.size, highlight)
}

// sign writes name and date below one empty line: the name two characters from the right, the date's first character two
// behind the name's; a date longer than the name stands two from the right, and the name's first character two before it.
func sign(b *strings.Builder, d Document) {
	text := face{fangsong, size3}
	paragraph(b, together, "", text, nil)
	name, date := halves(d.Signed), halves(d.Date)
	nameRight, dateRight := 4, name-date // in half characters
	if date > name {
		nameRight, dateRight = 8+date-name, 4
	}
	for _, l := range []struct {
		text  string
		right int
		keep  string
	}{{d.Signed, nameRight, together}, {d.Date, dateRight, ""}} {
		paragraph(b, l.keep, fmt.Sprintf(`<w:ind w:rightChars="%d" w:right="%d"/><w:jc w:val="right"/>`, l.right*50, l.right*160), text, []Run{{Text: l.text}})
	}
}

// halves gives the width of a text in half characters.
func halves(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= utf8.RuneSelf {
			n++
		}
	}
	return n
}

// escape makes text fit for XML: what XML cannot hold becomes U+FFFD.
func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}
