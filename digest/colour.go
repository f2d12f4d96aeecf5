package digest

import (
	"image"
	"image/color"
	"slices"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
)

// ink is a colour of the pictures.
type ink struct {
	name string
	rgb  color.RGBA
}

// inks are all of them: words are written in the last three, on one of the first two.
var inks = []ink{white, track, rule, pale, rose, grey, black}

var (
	white = ink{"white", color.RGBA{255, 255, 255, 255}}
	black = ink{"black", color.RGBA{31, 36, 48, 255}}
	grey  = ink{"grey", color.RGBA{95, 103, 117, 255}}
	track = ink{"track", color.RGBA{242, 240, 243, 255}}
	rule  = ink{"rule", color.RGBA{214, 210, 217, 255}}
	rose  = ink{"rose", color.RGBA{186, 52, 96, 255}}
	pale  = ink{"pale", color.RGBA{233, 190, 206, 255}}
)

// The edges of letters are shades between ink and paper. A picture of so few colours is a third as large as one of all.
const (
	shades = 16
	papers = 2 // of inks, the first ones
	pens   = 3 // and the last ones
)

// colours are the inks, and behind them each pen's shades on each paper.
var colours = func() color.Palette {
	var list color.Palette
	for _, i := range inks {
		list = append(list, i.rgb)
	}
	for _, pen := range inks[len(inks)-pens:] {
		for _, paper := range inks[:papers] {
			for shade := range shades {
				list = append(list, between(paper.rgb, pen.rgb, shade))
			}
		}
	}
	return list
}()

// between gives the colour at a step of the way from one to another.
func between(from, to color.RGBA, step int) color.RGBA {
	mix := func(a, b uint8) uint8 { return uint8((int(a)*(shades-1-step) + int(b)*step) / (shades - 1)) }
	return color.RGBA{mix(from.R, to.R), mix(from.G, to.G), mix(from.B, to.B), 255}
}

// index gives an ink's place among the colours.
func (i ink) index() uint8 { return uint8(slices.Index(inks, i)) }

// shadeOf gives the first of a pen's shades on a paper.
func shadeOf(pen ink, paper uint8) uint8 {
	return uint8(len(inks)) + ((pen.index()-uint8(len(inks)-pens))*papers+paper)*shades
}

// paint fills a rectangle, as far as it is on the picture.
func paint(on *image.Paletted, r image.Rectangle, colour uint8) {
	r = r.Intersect(on.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := on.Pix[on.PixOffset(r.Min.X, y):][:r.Dx()]
		for x := range row {
			row[x] = colour
		}
	}
}

// letter writes one character and gives how far the next one stands from it.
func letter(on *image.Paletted, face font.Face, dot fixed.Point26_6, r rune, pen ink) fixed.Int26_6 {
	box, mask, at, advance, ok := face.Glyph(dot, r)
	alpha, dense := mask.(*image.Alpha)
	if !ok || !dense {
		return advance // a blank
	}
	var first [papers]uint8 // of the pen's shades on each paper
	for paper := range first {
		first[paper] = shadeOf(pen, uint8(paper))
	}
	shown := box.Intersect(on.Rect)
	for y := shown.Min.Y; y < shown.Max.Y; y++ {
		for x := shown.Min.X; x < shown.Max.X; x++ {
			cover := alpha.AlphaAt(at.X+x-box.Min.X, at.Y+y-box.Min.Y).A
			shade := uint8((int(cover)*(shades-1) + 127) / 255)
			if shade == 0 {
				continue
			}
			i, paper := on.PixOffset(x, y), uint8(0) // what is no paper counts as white
			if on.Pix[i] < papers {
				paper = on.Pix[i]
			}
			on.Pix[i] = first[paper] + shade
		}
	}
	return advance
}
