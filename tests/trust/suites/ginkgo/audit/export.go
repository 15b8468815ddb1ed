package audit

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Export writes events as JSON lines into a folder, into a file named by the day, and gives the file's path.
func Export(folder string, day time.Time, events []Event) (string, error) {
	path := filepath.Join(folder, "audit-"+day.Format(time.DateOnly)+".jsonl")
	file, err := os.Create(path)
	if err != nil {
		return "", fmt.Errorf("export: %w", err)
	}
	defer file.Close()
	out := bufio.NewWriter(file)
	for _, event := range events {
		line, err := json.Marshal(event)
		if err != nil {
			return "", fmt.Errorf("export: event %d: %w", event.Sequence, err)
		}
		fmt.Fprintf(out, "%s\n", line)
	}
	if err := out.Flush(); err != nil {
		return "", fmt.Errorf("export: %w", err)
	}
	return path, nil
}

// Import reads what Export wrote.
func Import(path string) ([]Event, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	defer file.Close()
	var events []Event
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var event Event
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			return nil, fmt.Errorf("import: line %d: %w", len(events)+1, err)
		}
		events = append(events, event)
	}
	return events, lines.Err()
}
