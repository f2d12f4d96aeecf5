package report

import (
	"strings"
	"testing"
)

func TestParseAreas(t *testing.T) {
	csv := "\ufeffcode,level,parent,name,short\r\n430527100001,village,430527100,长铺社区,\r\n430527,county,,绥宁县,绥宁\r\n\r\n430527100,township,430527,长铺镇,长铺 | 县城\r\n"
	areas, err := ParseAreas("areas.csv", []byte(csv))
	if err != nil {
		t.Fatal(err)
	}
	if len(areas) != 3 || areas[0].ID != 1 || areas[0].Parent != 3 || areas[0].Level != 2 || areas[2].Short[1] != "县城" {
		t.Errorf("got %+v", areas)
	}
}

func TestImportErrors(t *testing.T) {
	areas := func(b []byte) error { _, err := ParseAreas("a.csv", b); return err }
	names := func(b []byte) error { _, err := ParseNames("a.csv", b); return err }
	venues := func(b []byte) error { _, err := ParseVenues("a.csv", b); return err }
	members := func(b []byte) error { _, err := ParseMembers("a.csv", b); return err }
	const head = "code,level,parent,name,short\n"
	for _, c := range []struct {
		parse    func([]byte) error
		csv      string
		expected string
	}{
		{areas, "", "a.csv:1: expected the header code,level,parent,name,short"},
		{areas, "code,name\n", "a.csv:1: header code,name, expected code,level"},
		{areas, head + "430527,county,,绥宁县\n", "a.csv:2: wrong number of fields, expected the 5 fields"},
		{areas, head + "430527,county,,\xcb\xe7\xc4\xfe,\n", "a.csv:2: not UTF-8"},
		{areas, head + "43052,county,,绥宁县,\n", `a.csv:2: code "43052", expected 6, 9 or 12 digits`},
		{areas, head + "430527,county,,绥宁县,\n430527,county,,绥宁县,\n", "a.csv:3: code 430527 is there twice"},
		{areas, head + "430527,county,,绥宁县,\n\n430527100,township,4305,长铺镇,\n", `a.csv:4: parent "4305" is no code`},
		{areas, head + "430527,county,,,\n", `a.csv:2: name "", expected 1 to 60`},
		{areas, head + "430527,county,,绥宁县,\n430528,county,,新宁县,\n", "2 roots, expected one"},
		{areas, head + "\"430527,county,,绥宁县,\n", "a.csv:2: "},
		{names, "alias,code,kind,note\n长铺,43x,short,\n", `a.csv:2: code "43x"`},
		{names, "alias,code,kind,note\n长铺,,short,\n长铺,,short,\n", "a.csv:3: alias 长铺 is there twice"},
		{names, "alias,code,kind,note\n长铺,,,\n", "a.csv:2: kind is empty"},
		{venues, "venue,aliases,area,confidence,note\n二小,,,,\n", `a.csv:2: area "", expected the code`},
		{members, "telegram_id,name,role,area\nx,李梅,cadre,430527\n", `a.csv:2: telegram_id "x", expected a positive number`},
		{members, "telegram_id,name,role,area\n7,李梅,boss,430527\n", `a.csv:2: role "boss", expected cadre, supervisor or admin`},
		{members, "telegram_id,name,role,area\n7,李梅,cadre,长铺镇\n", `a.csv:2: area "长铺镇", expected the code`},
	} {
		if err := c.parse([]byte(c.csv)); err == nil || !strings.Contains(err.Error(), c.expected) {
			t.Errorf("%q: got %v, expected %s", c.csv, err, c.expected)
		}
	}
}

func TestImportBounds(t *testing.T) {
	if _, err := ParseNames("a.csv", make([]byte, maxImport+1)); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Errorf("a file of 16 MB and more: got %v", err)
	}
	rows := "alias,code,kind,note\n" + strings.Repeat("x,,,\n", 1000)
	if _, err := ParseNames("a.csv", []byte(rows)); strings.Count(err.Error(), "\n") >= maxImportErrors {
		t.Errorf("%d complaints, expected at most %d", strings.Count(err.Error(), "\n")+1, maxImportErrors)
	}
}

func TestImportHeadings(t *testing.T) {
	for name, csv := range map[string]string{
		"Chinese":       "代码,级别,上级代码,名称,简称\n430527,county,,绥宁县,绥宁\n",
		"another order": "名称（全称）,简称,区划代码, 级别 ,上级\n绥宁县,绥宁,430527,county,\n",
		"under a title": "绥宁县行政区划,,,,\n,,,,\ncode,level,parent,name,short\n430527,county,,绥宁县,绥宁\n,,,,\n",
		"empty columns": "code,,level,parent,name,short,\n430527,,county,,绥宁县,绥宁,\n",
	} {
		areas, err := ParseAreas("a.csv", []byte(csv))
		if err != nil || len(areas) != 1 || areas[0].Code != "430527" || areas[0].Name != "绥宁县" || areas[0].Short[0] != "绥宁" {
			t.Errorf("%s: got %+v, %v", name, areas, err)
		}
	}
	members, err := ParseMembers("m.csv", []byte("账号,姓名,角色,辖区代码\n1001,李梅,妇联干部,430527100001\n"))
	if err != nil || len(members) != 1 || members[0] != (MemberRow{1001, "李梅", "cadre", "430527100001"}) {
		t.Errorf("got %+v, %v", members, err)
	}
	for _, csv := range []string{"代码,级别,上级,名称,名称\n", "代码,级别,上级,名称,简称,备注\n", "代码,级别,上级,名称\n"} {
		if _, err := ParseAreas("a.csv", []byte(csv)); err == nil || !strings.Contains(err.Error(), "expected code,level,parent,name,short") {
			t.Errorf("%s: got %v", csv, err)
		}
	}
	_, err = ParseAreas("a.csv", []byte("绥宁县,,,,\n代码,级别,上级,名称,简称\n,,,,\n43,county,,绥宁县,\n"))
	if err == nil || !strings.Contains(err.Error(), "a.csv:4: ") {
		t.Errorf("got %v, want the line of the code", err)
	}
}
