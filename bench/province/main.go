// Province makes a province to try the bot on: the tables of its areas and members, and as many facts as are wanted.
//
//	go run ./bench/province -o DIR                    # DIR/areas.csv and DIR/members.csv, for huibao import
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"huibao/sandbox/province"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "province:", err)
		os.Exit(1)
	}
}

func run() error {
	dir := flag.String("o", "", "folder for areas.csv and members.csv")
	city := flag.String("city", "430500", "the city whose villages have a cadre each")
	flag.Parse()
	if *dir == "" {
		return fmt.Errorf("expected -o FOLDER")
	}
	areas, err := province.Areas()
	if err != nil {
		return err
	}
	members, err := province.Members(*city)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(*dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(*dir, "areas.csv"), areas, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(*dir, "members.csv"), members, 0o644)
}
