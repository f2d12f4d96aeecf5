package digest

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// converted lets LibreOffice, an office of its own kind, open files and write them in another form. It gives the names of
// what it wrote, in a new folder.
func converted(t *testing.T, form string, files map[string][]byte) (dir string, names []string) {
	t.Helper()
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Fatal("no soffice: install Debian's libreoffice-calc-nogui and libreoffice-writer-nogui")
	}
	in, out := t.TempDir(), t.TempDir()
	args := []string{"-env:UserInstallation=file://" + filepath.Join(t.TempDir(), "profile"), "--headless", "--norestore", "--convert-to", form, "--outdir", out}
	for name, content := range files {
		path := filepath.Join(in, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	said, err := exec.CommandContext(t.Context(), soffice, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("soffice: %v\n%s", err, said)
	}
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if len(names) < len(files) {
		t.Fatalf("soffice wrote %v of %d files: is libreoffice-calc-nogui installed?\n%s", names, len(files), said)
	}
	return out, names
}

// allSheets is LibreOffice's filter for CSV: comma, quote, UTF-8, cells as they are shown, every sheet in a file of its own.
const allSheets = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"

// asCSV gives workbooks as LibreOffice shows them, sheet below sheet. Where the file has the value of a formula beside it,
// LibreOffice shows that; so it opens each workbook once more without those values, and calculates the same.
func asCSV(t *testing.T, books map[string][]byte) map[string]string {
	t.Helper()
	files := map[string][]byte{}
	for name, content := range books {
		files[name+".xlsx"], files[name+"-bare.xlsx"] = content, withoutValues(t, content)
	}
	dir, _ := converted(t, allSheets, files)
	shown := map[string]string{}
	for name, content := range books {
		book, err := excelize.OpenReader(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		for _, sheet := range book.GetSheetList() {
			as := func(name string) string {
				b, err := os.ReadFile(filepath.Join(dir, name+"-"+sheet+".csv"))
				if err != nil {
					t.Fatal(err)
				}
				return string(b)
			}
			shown[name] += "== " + sheet + "\n" + as(name)
			if kept, calculated := as(name), as(name+"-bare"); kept != calculated {
				t.Errorf("%s, %s: LibreOffice calculates\n%s\nbeside the formulas stands\n%s", name, sheet, calculated, kept)
			}
		}
	}
	return shown
}

// beside is the value that stands beside a formula in a sheet.
var beside = regexp.MustCompile(`</f><v>[^<]*</v>`)

// withoutValues gives a workbook whose formulas have no values.
func withoutValues(t *testing.T, content []byte) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	for _, f := range from.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		w, err := to.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(f.Name, "xl/worksheets/") {
			b = beside.ReplaceAll(b, []byte("</f>"))
		}
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
