// Command ci prints what `go test -v` prints and keeps the events behind it in report.json.
//
// `go test -json` mixes the packages that run at once; `go test -v` prints one after the other, and so does this.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

type event struct{ Action, Package, Test, Output string }

func main() {
	if err := run(os.Args[1:]); err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			os.Exit(failed.ExitCode())
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func run(arguments []string) error {
	report, err := os.Create("report.json")
	if err != nil {
		return err
	}
	defer report.Close()
	test := exec.Command("go", append([]string{"test", "-json", "-v"}, arguments...)...)
	test.Stderr = os.Stderr
	events, err := test.StdoutPipe()
	if err != nil {
		return err
	}
	if err := test.Start(); err != nil {
		return err
	}
	printed := map[string]*strings.Builder{}
	lines := bufio.NewScanner(events)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fmt.Fprintln(report, lines.Text())
		show(lines.Bytes(), printed)
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return test.Wait()
}

func show(line []byte, printed map[string]*strings.Builder) {
	var one event
	if json.Unmarshal(line, &one) != nil {
		fmt.Printf("%s\n", line)
		return
	}
	if one.Package == "" {
		fmt.Print(one.Output)
		return
	}
	own := printed[one.Package]
	if own == nil {
		own = &strings.Builder{}
		printed[one.Package] = own
	}
	own.WriteString(one.Output)
	if one.Test == "" && (one.Action == "pass" || one.Action == "fail" || one.Action == "skip") {
		fmt.Print(own.String())
	}
}
