package digest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
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

// asCSV gives workbooks as LibreOffice shows them, sheet below sheet, with their formulas as LibreOffice calculates them.
func asCSV(t *testing.T, books map[string][]byte) map[string]string {
	t.Helper()
	dir, _ := converted(t, allSheets, books)
	shown := map[string]string{}
	for name, content := range books {
		book, err := excelize.OpenReader(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		name = strings.TrimSuffix(name, ".xlsx")
		for _, sheet := range book.GetSheetList() {
			b, err := os.ReadFile(filepath.Join(dir, name+"-"+sheet+".csv"))
			if err != nil {
				t.Fatal(err)
			}
			shown[name] += "== " + sheet + "\n" + string(b)
		}
	}
	return shown
}
