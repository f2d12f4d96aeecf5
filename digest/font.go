package digest

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
)

// The letters of the pictures; fonts/README.md says where they come from.
var (
	//go:embed fonts/NotoSansSC-Regular-gb2312.ttf
	regularTTF []byte
	//go:embed fonts/NotoSansSC-Bold-gb2312.ttf
	boldTTF []byte
)

// Each weight is parsed once and shared by all pictures.
var (
	regularFont = sync.OnceValues(func() (*sfnt.Font, error) { return opentype.Parse(regularTTF) })
	boldFont    = sync.OnceValues(func() (*sfnt.Font, error) { return opentype.Parse(boldTTF) })
)

// missingGlyph stands for a character that the letters lack, as 〓 does in print: seen, and taken for no other.
const missingGlyph = '〓'

// style is how words are written.
type style struct {
	size int // pixels
	bold bool
}

// letters writes words for one picture. A face is not safe for concurrent use, so each picture has its own.
type letters struct {
	faces  map[style]font.Face
	buffer sfnt.Buffer
}

func newLetters() *letters { return &letters{faces: map[style]font.Face{}} }

func (l *letters) font(st style) (*sfnt.Font, error) {
	if st.bold {
		return boldFont()
	}
	return regularFont()
}

// face gives the face of a style.
func (l *letters) face(st style) (font.Face, error) {
	if face, ok := l.faces[st]; ok {
		return face, nil
	}
	parsed, err := l.font(st)
	if err != nil {
		return nil, fmt.Errorf("read the letters: %w", err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: float64(st.size), DPI: 72})
	if err != nil {
		return nil, fmt.Errorf("make letters of %d pixels: %w", st.size, err)
	}
	l.faces[st] = face
	return face, nil
}

// drawable replaces the characters that the letters lack.
func (l *letters) drawable(st style, words string) string {
	parsed, err := l.font(st)
	if err != nil {
		return words // the face says why
	}
	return strings.Map(func(r rune) rune {
		if i, err := parsed.GlyphIndex(&l.buffer, r); err != nil || i == 0 {
			return missingGlyph
		}
		return r
	}, words)
}

// width gives how many pixels words take.
func (l *letters) width(st style, words string) int {
	face, err := l.face(st)
	if err != nil {
		return 0
	}
	return font.MeasureString(face, l.drawable(st, words)).Ceil()
}
