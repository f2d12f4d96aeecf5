package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func sample() Document {
	long := strings.Repeat("县妇联把关心下一代工作列入重要议事日程常抓不懈，", 40)
	return Document{
		Title: []string{"绥宁县妇联2026年工作总结及2027年工作计划"},
		Paragraphs: []Paragraph{
			{Runs: []Run{{Text: "2026年，县妇联在县委、县政府的正确领导下，"}, {Text: "【待填：人数】", Marked: true}, {Text: "人<&>\x00参加。"}}},
			{Style: Level1, Runs: []Run{{Text: "一、加强组织领导，健全工作机制"}}},
			{Style: Level2, Runs: []Run{{Text: "（一）加大未成年人法律知识宣传力度"}}},
			{Style: Level3, Runs: []Run{{Text: "1.普法讲座"}}},
			{Runs: []Run{{Text: long}}},
			{Runs: []Run{{Text: long}}},
		},
		Signed: "绥宁县妇女联合会", Date: "2026年12月31日",
	}
}

func made(t *testing.T, d Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Every part is well-formed, and every part that another names is there.
func TestEveryPartParses(t *testing.T) {
	file := made(t, sample())
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		there[f.Name] = string(body)
		d := xml.NewDecoder(bytes.NewReader(body))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	var types struct {
		Override []struct {
			PartName string `xml:",attr"`
		}
	}
	if err := xml.Unmarshal([]byte(there["[Content_Types].xml"]), &types); err != nil {
		t.Fatal(err)
	}
	for _, o := range types.Override {
		if there[strings.TrimPrefix(o.PartName, "/")] == "" {
			t.Errorf("%s is named but not there", o.PartName)
		}
	}
	for _, want := range []string{"【待填：人数】", `<w:highlight w:val="yellow"/>`, "人&lt;&amp;&gt;\uFFFD参加。"} {
		if !strings.Contains(there["word/document.xml"], want) {
			t.Errorf("the document lacks %s", want)
		}
	}
}

func TestSameBytesAlways(t *testing.T) {
	if !bytes.Equal(made(t, sample()), made(t, sample())) {
		t.Error("the same document was written differently the second time")
	}
}

func TestTitleIsBrokenBySense(t *testing.T) {
	for _, c := range []struct{ title, want string }{
		{"2026年关心下一代工作总结及工作计划", "2026年关心下一代工作总结及工作计划"},
		{"绥宁县妇联2026年工作总结及2027年工作计划", "绥宁县妇联2026年工作总结|及2027年工作计划"},
		{"一二三四五六七八九十一二三四五六七八九十一二", "一二三四五六七八九十一|二三四五六七八九十一二"},
	} {
		if got := strings.Join(TitleLines([]string{c.title}), "|"); got != c.want {
			t.Errorf("%s is broken as %s, want %s", c.title, got, c.want)
		}
	}
}

// The name stands two characters from the right and the date begins two behind it; a longer date pushes the name in.
func TestNameAndDate(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"绥宁县妇女联合会", `w:rightChars="200" w:right="640"|w:rightChars="100" w:right="320"`},
		{"县妇联", `w:rightChars="800" w:right="2560"|w:rightChars="200" w:right="640"`},
	} {
		body := document(Document{Signed: c.name, Date: "2026年12月31日"}) // seven characters wide
		var got []string
		for _, p := range strings.Split(body, "<w:ind ")[1:] {
			got = append(got, p[:strings.Index(p, "/>")])
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

// LibreOffice opens it without repair and finds two pages of 22 lines: what it makes of it is looked at by hand.
func TestLibreOfficeOpensIt(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal("no soffice: apt-get install libreoffice-writer-nogui")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "document.docx")
	if err := os.WriteFile(file, made(t, sample()), 0o600); err != nil {
		t.Fatal(err)
	}
	convert := exec.Command(office, "-env:UserInstallation=file://"+dir+"/office", "--headless", "--convert-to", "pdf", "--outdir", dir, file)
	if out, err := convert.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	pdf, err := os.ReadFile(filepath.Join(dir, "document.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	if keep := os.Getenv("HUIBAO_KEEP"); keep != "" {
		if err := os.WriteFile(filepath.Join(keep, "document.pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF")) {
		t.Error("it made no PDF of it")
	}
}
