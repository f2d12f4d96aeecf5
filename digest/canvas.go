package digest

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"strings"

	"golang.org/x/image/math/fixed"
)

// The sheet of a picture. It is as wide as a phone shows in full, and grows downwards.
const (
	canvasWidth = 1080
	margin      = 48
	inner       = canvasWidth - 2*margin
	mostHeight  = 4000 // Telegram takes no picture whose sides are 10,000 together
)

// Styles of words. Nothing is smaller than 32 pixels: a phone shows the sheet at a third of its size.
var (
	styleTitle   = style{50, true}
	styleNumber  = style{56, true}
	styleHeading = style{36, true}
	styleBody    = style{34, false}
	styleValue   = style{34, true}
	styleNote    = style{32, false}
)

// mark is one thing drawn: words on a baseline that begins at x, y, or else a box.
type mark struct {
	x, y, w, h int
	colour     ink
	words      string
	style      style
}

func (m mark) String() string {
	if m.words == "" {
		return fmt.Sprintf("box %d,%d %d×%d %s", m.x, m.y, m.w, m.h, m.colour.name)
	}
	weight := ""
	if m.style.bold {
		weight = " bold"
	}
	return fmt.Sprintf("text %d,%d %d%s %s %s", m.x, m.y, m.style.size, weight, m.colour.name, m.words)
}

// canvas is a picture as a list of what is drawn on it, from the top down.
type canvas struct {
	*letters
	marks []mark
	y     int // where the next part begins
}

func newCanvas() *canvas { return &canvas{letters: newLetters(), y: margin} }

// box fills a rectangle; one without any area is left away.
func (s *canvas) box(x, y, w, h int, colour ink) {
	if w > 0 && h > 0 {
		s.marks = append(s.marks, mark{x: x, y: y, w: w, h: h, colour: colour})
	}
}

// write puts words on a baseline, beginning at x.
func (s *canvas) write(x, y int, st style, colour ink, words string) {
	if words = s.drawable(st, words); words != "" {
		s.marks = append(s.marks, mark{x: x, y: y, colour: colour, words: words, style: st})
	}
}

// writeRight puts words on a baseline so that they end at x.
func (s *canvas) writeRight(x, y int, st style, colour ink, words string) {
	s.write(x-s.width(st, words), y, st, colour, words)
}

// fit gives words that fit a width, cut with … where they must be.
func (s *canvas) fit(st style, words string, most int) string {
	if s.width(st, words) <= most {
		return words
	}
	runes := []rune(words)
	for n := len(runes) - 1; n > 0; n-- {
		if short := string(runes[:n]) + "…"; s.width(st, short) <= most {
			return short
		}
	}
	return "…"
}

// shrink gives the style made as small as words need to fit a width, but no smaller than notes.
func (s *canvas) shrink(st style, words string, most int) style {
	for st.size > styleNote.size && s.width(st, words) > most {
		st.size -= 2
	}
	return st
}

// paragraph writes words in lines as wide as the sheet. A line ends after a 、 or a blank where it can.
func (s *canvas) paragraph(st style, colour ink, words string) {
	for _, line := range s.wrap(st, words, inner) {
		s.y += st.size * 3 / 2
		s.write(margin, s.y-st.size/3, st, colour, line)
	}
}

// wrap breaks words into lines of a width.
func (s *canvas) wrap(st style, words string, most int) (lines []string) {
	rest := []rune(words)
	for len(rest) > 0 {
		n := len(rest)
		for n > 1 && s.width(st, string(rest[:n])) > most {
			n--
		}
		if n < len(rest) {
			for i := n; i > n/2; i-- {
				if strings.ContainsRune("、， ；", rest[i-1]) {
					n = i
					break
				}
			}
		}
		lines = append(lines, strings.TrimSpace(string(rest[:n])))
		rest = rest[n:]
	}
	return lines
}

// png paints the sheet.
func (s *canvas) png() ([]byte, error) {
	painted := image.NewPaletted(image.Rect(0, 0, canvasWidth, min(s.y+margin, mostHeight)), colours)
	for _, m := range s.marks { // it is white as it is
		if m.words == "" {
			paint(painted, image.Rect(m.x, m.y, m.x+m.w, m.y+m.h), m.colour.index())
			continue
		}
		face, err := s.face(m.style)
		if err != nil {
			return nil, err
		}
		dot := fixed.P(m.x, m.y)
		for _, r := range m.words {
			dot.X += letter(painted, face, dot, r, m.colour)
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, painted); err != nil {
		return nil, fmt.Errorf("write the picture: %w", err)
	}
	return out.Bytes(), nil
}
