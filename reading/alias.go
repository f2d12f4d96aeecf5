package reading

import (
	"slices"
	"strings"

	"huibao/report"
)

// With gives a reader that also knows words which were taught: each is read like the name of its target. A word that the
// reader knows itself keeps its own meaning, unless it is a miswriting; a target it does not know is left out. The reader
// shares all else with r and costs no more than the aliases themselves.
func (r *Reader) With(aliases []report.Alias) *Reader {
	learnt := &node{}
	for _, a := range aliases {
		f := fold(a.Word)
		if r.knows(f.runes) {
			continue
		}
		w := &word{text: string(f.runes), n: len(f.runes), venue: -1, taught: true}
		switch a.Kind {
		case report.AliasActivity:
			act := slices.IndexFunc(r.catalogue.Activities, func(x report.Activity) bool { return x.Code == a.Target })
			if act < 0 {
				continue
			}
			w.vote(act, voteStrong)
		case report.AliasArea:
			area, ok := r.areas.ByCode(a.Target)
			if !ok {
				continue
			}
			w.areas = []areaSense{{id: area.ID, full: true}}
		}
		learnt.put(f.runes, w)
	}
	if learnt.next == nil {
		return r
	}
	with, lex := *r, *r.lexicon
	lex.learnt, with.lexicon = learnt, &lex
	return &with
}

// Bounds of a word that can be taught, in characters.
const shortestStrange, longestStrange = 2, 8

// Strange gives the one word of a text that the reader does not know. ok is false where there is none, or more than one.
func (r *Reader) Strange(text string) (strange string, ok bool) {
	f := fold(text)
	toks, _ := r.scan(f.runes, 0, r.own())
	var found []string
	for i := range toks {
		if toks[i].kind != kText || toks[i].w != nil {
			continue
		}
		from, to := int(toks[i].from), int(toks[i].to)
		if to-from == 1 {
			from, to = widened(toks, i)
		}
		for _, word := range strings.FieldsFunc(string(f.runes[from:to]), noWord) {
			if n := len([]rune(word)); n >= shortestStrange && n <= longestStrange && !slices.Contains(found, word) {
				found = append(found, word)
			}
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

// widened takes the plain words beside a single unknown character to it: 舞 in 广场舞.
func widened(toks []token, i int) (from, to int) {
	from, to = int(toks[i].from), int(toks[i].to)
	if i > 0 && toks[i-1].plain() {
		from = int(toks[i-1].from)
	}
	if i+1 < len(toks) && toks[i+1].plain() {
		to = int(toks[i+1].to)
	}
	return from, to
}

// plain tells whether a word says nothing to the reader but what it may count.
func (t *token) plain() bool {
	return t.kind == kWord && t.w.class == 0 && len(t.w.acts) == 0 && len(t.w.areas) == 0 && t.w.venue < 0 && !t.w.fixed
}

// noWord tells of characters that are no part of a word worth learning.
func noWord(r rune) bool {
	return noName.has(r) || strings.ContainsRune("咱俺啊呢吧嘛哦哈呀嗯地得做干弄很太好些吗", r) || !han(r)
}

// Teachable tells whether a word can be taught: it is short, of Chinese characters, and means nothing to the reader.
func (r *Reader) Teachable(word string) bool {
	f := fold(word)
	if n := len(f.runes); n < shortestStrange || n > longestStrange {
		return false
	}
	for _, c := range f.runes {
		if !han(c) {
			return false
		}
	}
	return !r.knows(f.runes)
}

// knows tells whether a word means something certain to the reader.
func (r *Reader) knows(text []rune) bool {
	w := r.lexicon.by[string(text)]
	if w != nil {
		w = r.see(r.own(), w)
	}
	return w != nil && !(len(w.areas) > 0 && w.areas[0].kind == report.NameTypo)
}

func han(r rune) bool { return r >= '一' && r <= '\u9fff' }
