// Package docx writes a document as an office of the Party or the state lays it out (GB/T 9704-2012): A4 with 22 lines a
// page and 28 characters a line, the title in 小标宋, three levels of heads, the text in 仿宋, the page's number at its outer
// foot, name and date at the end.
//
// Write is all there is to call. The package knows one layout and no other; it reads nothing. Typefaces are named and never
// embedded, since those the standard asks for are not free: the office's computer supplies them, and the font table says
// what to take in their place. What is written is the same, byte for byte, whenever it is written.
package docx

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Document is what is to be laid out, from its title to its date.
type Document struct {
	Title      []string // a line each; a single one of more than 20 characters is broken in two
	Paragraphs []Paragraph
	Signed     string // whose document it is (署名); empty: neither name nor date are printed
	Date       string // 2026年12月31日
}

// Style says how a paragraph is set.
type Style int

// The styles of paragraphs.
const (
	Body   Style = iota // 仿宋, two characters in
	Level1              // 一、 黑体
	Level2              // （一） 楷体
	Level3              // 1. 仿宋
)

// Paragraph is a paragraph or head.
type Paragraph struct {
	Style Style
	Runs  []Run
}

// Run is a piece of text. A marked one is highlighted: it is not to go out as it stands.
type Run struct {
	Text   string
	Marked bool
}

// longestLine is how many characters a title may have before it is broken.
const longestLine = 20

// written is the time every part of the file bears: zip knows none before it.
var written = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// Write lays a document out and writes it to w as a .docx file.
func Write(w io.Writer, d Document) error {
	z := zip.NewWriter(w)
	for _, part := range append(fixedParts, part{"word/document.xml", document(d)}) {
		f, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: written})
		if err != nil {
			return fmt.Errorf("write %s: %w", part.name, err)
		}
		if _, err := io.WriteString(f, part.body); err != nil {
			return fmt.Errorf("write %s: %w", part.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("end the document: %w", err)
	}
	return nil
}

// TitleLines breaks a title as it is printed: what has several lines stays, a long line is broken by its sense.
func TitleLines(title []string) []string {
	if len(title) != 1 || utf8.RuneCountInString(title[0]) <= longestLine {
		return title
	}
	runes := []rune(title[0])
	at := len(runes) / 2
	for _, sense := range []func(i int) bool{
		func(i int) bool { return strings.ContainsRune("及暨和与", runes[i]) },
		func(i int) bool { return strings.ContainsRune("年的", runes[i-1]) },
	} {
		if i, ok := nearest(len(runes), sense); ok {
			at = i
			break
		}
	}
	return []string{string(runes[:at]), string(runes[at:])}
}

// nearest gives the place nearest to the middle of n characters, in their middle half, at which they may be broken.
func nearest(n int, may func(i int) bool) (at int, ok bool) {
	for i := n / 4; i <= n-n/4; i++ {
		if may(i) && (!ok || max(i-n/2, n/2-i) < max(at-n/2, n/2-at)) {
			at, ok = i, true
		}
	}
	return at, ok
}
