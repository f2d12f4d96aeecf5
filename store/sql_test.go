package store

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// SQLite numbers $n by its first appearance, whatever n is, takes too many arguments silently, and PostgreSQL does
// neither. So every statement is a named constant whose placeholders appear in order, and every call gives as many
// arguments as its statement takes.
func TestStatements(t *testing.T) {
	files := parsePackage(t)
	statements := map[string]int{} // placeholders of each constant
	for _, f := range files {
		for name, text := range statementsOf(f) {
			statements[name] = placeholders(t, name, text)
		}
	}
	if len(statements) < 60 {
		t.Fatalf("only %d statements found: has their form changed?", len(statements))
	}
	named := map[string]int{} // where it is declared, and where it is used
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if name, ok := n.(*ast.Ident); ok {
				named[name.Name]++
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			at, ok := statementArgument(call)
			if !ok {
				return true
			}
			name, ok := call.Args[at].(*ast.Ident)
			if !ok {
				t.Errorf("%s: the statement is no named constant", call.Fun.(*ast.SelectorExpr).Sel.Name)
				return true
			}
			want, known := statements[name.Name]
			if !known {
				return true // a parameter of the function that runs it
			}
			if got := len(call.Args) - at - 1; got != want && !call.Ellipsis.IsValid() {
				t.Errorf("%s takes %d arguments and is given %d", name.Name, want, got)
			}
			return true
		})
	}
	for name := range statements {
		if named[name] < 2 {
			t.Errorf("%s is never run", name)
		}
	}
}

// statementArgument tells which argument of a call is a statement.
func statementArgument(call *ast.CallExpr) (at int, ok bool) {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return 0, false
	}
	switch f.Sel.Name {
	case "exec", "insert", "query":
		return 0, true
	case "changeOne":
		return 1, true
	}
	return 0, false
}

func parsePackage(t *testing.T) []*ast.File {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

var beginsStatement = regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|VACUUM|PRAGMA)\b`)

// statementsOf gives the constants of a file that are SQL.
func statementsOf(f *ast.File) map[string]string {
	found := map[string]string{}
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, spec := range g.Specs {
			v := spec.(*ast.ValueSpec)
			for i, value := range v.Values {
				literal, ok := value.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					continue
				}
				if text, err := strconv.Unquote(literal.Value); err == nil && beginsStatement.MatchString(text) {
					found[v.Names[i].Name] = text
				}
			}
		}
	}
	return found
}

var placeholder = regexp.MustCompile(`\$(\d+)`)

// placeholders counts a statement's placeholders and checks their order.
func placeholders(t *testing.T, name, text string) int {
	t.Helper()
	highest := 0
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1]) // digits by the pattern
		if n > highest+1 {
			t.Errorf("%s: $%d appears before $%d", name, n, highest+1)
		}
		highest = max(highest, n)
	}
	if strings.Contains(text, "?") || strings.Contains(text, "INSERT OR") {
		t.Errorf("%s: only SQLite understands it", name)
	}
	return highest
}

func TestPlaceholders(t *testing.T) {
	mock := &testing.T{}
	for text, want := range map[string]int{"SELECT $1, $2, $1": 2, "SELECT 1": 0} {
		if got := placeholders(mock, "s", text); got != want || mock.Failed() {
			t.Errorf("%s: %d placeholders, failed %v", text, got, mock.Failed())
		}
	}
	for _, text := range []string{"SELECT $2, $1", "SELECT $1, $3", "SELECT ?"} {
		mock := &testing.T{}
		if placeholders(mock, "s", text); !mock.Failed() {
			t.Errorf("%s was taken", text)
		}
	}
}
