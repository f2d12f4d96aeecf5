// Package county is a county to try a bot on: 绥宁县 with its real areas, some thirty made-up members of its women's
// federation, and a made-up year of what they write.
//
// Areas, aliases, venues and members are CSV files, given as they are (README.md tells their sources). Year writes the
// messages of a year, drawn from a seed: the same seed gives the same messages. Where a message is a clear report it
// carries the truth about itself, so that whoever counts the messages can be checked against Truth. Exchanges are ten
// short conversations that show a bot at work.
//
// The package knows nothing of any bot: it makes texts, others send them. Its calendar of feasts, school terms and
// holidays is that of March 2025 to March 2026; asked for another year it writes the same seasons on the same days.
package county

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// Code is the county's code (GB/T 2260).
const Code = "430527"

// Members that stories are told about.
const (
	LiMei    int64 = 100001 // cadre of 长铺社区, a community of 长铺镇
	WangFang int64 = 100002 // cadre of the township 长铺镇
	ZhouLan  int64 = 100003 // cadre of 江口园社区, another community of 长铺镇
	ChenJing int64 = 100004 // supervisor of the county
	LiuYang  int64 = 100005 // administrator of the county
	HuangLi  int64 = 100007 // another supervisor of the county
)

var (
	//go:embed areas.csv
	areas []byte
	//go:embed aliases.csv
	aliases []byte
	//go:embed venues.csv
	venues []byte
	//go:embed members.csv
	members []byte
	//go:embed duties.csv
	duties []byte
	//go:embed targets.csv
	targets []byte
)

// Areas returns the areas as CSV: code,level,parent,name,short. level is county, township or village, a parent comes
// before its children, and short lists short names with | between.
func Areas() []byte { return bytes.Clone(areas) }

// Aliases returns what people say instead of the areas' names, as CSV: alias,code,kind,note. An empty code depends on
// the speaker.
func Aliases() []byte { return bytes.Clone(aliases) }

// Venues returns places that are no areas and the area they lie in, as CSV: venue,aliases,area,confidence,note.
func Venues() []byte { return bytes.Clone(venues) }

// Members returns the members as CSV: telegram_id,name,role,area. role is cadre, supervisor or admin.
func Members() []byte { return bytes.Clone(members) }

// Duties returns who owes reports, as CSV: area,activity,every,days,time.
func Duties() []byte { return bytes.Clone(duties) }

// Targets returns what is to be reached in 2025 and 2026, as CSV: year,area,activity,measure,value.
func Targets() []byte { return bytes.Clone(targets) }

// A Member is one line of Members.
type Member struct {
	TelegramID int64
	Name       string
	Role       string
	Area       string // code
}

// People returns Members decoded, in the order of the file.
func People() []Member {
	var people []Member
	for _, row := range rows("members.csv", members) {
		id, err := strconv.ParseInt(row[0], 10, 64)
		if err != nil {
			panic(fmt.Sprintf("county: members.csv: %v", err)) // the file is part of the program
		}
		people = append(people, Member{id, row[1], row[2], row[3]})
	}
	return people
}

// rows decodes an embedded table without its header.
func rows(name string, table []byte) [][]string {
	all, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("county: %s: %v", name, err)) // the file is part of the program
	}
	return all[1:]
}

// A gazetteer knows the areas as a writer of messages needs them.
type gazetteer struct {
	names    map[string]string   // what a code is called in a message
	villages map[string][]string // codes by township
}

func newGazetteer() gazetteer {
	g := gazetteer{map[string]string{}, map[string][]string{}}
	for _, row := range rows("areas.csv", areas) {
		code, level, parent, name, short := row[0], row[1], row[2], row[3], row[4]
		g.names[code] = name
		switch {
		case level == "township" && strings.HasSuffix(name, "族乡"):
			g.names[code], _, _ = strings.Cut(short, "|") // nobody writes 鹅公岭侗族苗族乡
		case level == "village" && isPlainName(name):
			g.villages[parent] = append(g.villages[parent], code)
		}
	}
	return g
}

// isPlainName says whether a village can be named without doubt: its name is no ordinary word, it is no unit of a state
// farm, and no other village has it.
func isPlainName(name string) bool {
	switch name {
	case "自然村", "中心村", "小乡村", "上白村", "李家村":
		return false
	}
	return !strings.HasSuffix(name, "生活区")
}

// township returns the code of the township an area is or lies in, or the county's own.
func township(area string) string { return area[:min(len(area), 9)] }
