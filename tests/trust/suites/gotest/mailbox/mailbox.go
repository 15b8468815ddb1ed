// Package mailbox keeps short notes for the people of the stockroom, over a protocol of one line per request:
// PUT name text, GET name, TAKE name, COUNT. Answers begin with OK or NO.
package mailbox

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"example.com/stockroom/wire"
)

// Server holds the notes.
type Server struct {
	Limit int

	mu    sync.Mutex
	notes map[string][]string
}

// NewServer makes an empty one that keeps so many notes for each person.
func NewServer(limit int) *Server { return &Server{Limit: limit, notes: map[string][]string{}} }

// Serve answers until the listener is closed.
func (s *Server) Serve(listener net.Listener) error {
	for {
		line, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		go s.talk(line)
	}
}

func (s *Server) talk(line net.Conn) {
	defer line.Close()
	requests := bufio.NewScanner(line)
	for requests.Scan() {
		if err := wire.Say(line, s.Answer(requests.Text())); err != nil {
			return
		}
	}
}

// Answer gives the answer to one request.
func (s *Server) Answer(request string) string {
	verb, rest, _ := strings.Cut(request, " ")
	name, text, _ := strings.Cut(rest, " ")
	s.mu.Lock()
	defer s.mu.Unlock()
	switch verb {
	case "PUT":
		return s.put(name, text)
	case "GET":
		return first(s.notes[name])
	case "TAKE":
		answer := first(s.notes[name])
		if len(s.notes[name]) > 0 {
			s.notes[name] = s.notes[name][1:]
		}
		return answer
	case "COUNT":
		total := 0
		for _, notes := range s.notes {
			total += len(notes)
		}
		return fmt.Sprintf("OK %d", total)
	}
	return "NO such verb"
}

func (s *Server) put(name, text string) string {
	switch {
	case name == "" || text == "":
		return "NO text"
	case len(s.notes[name]) >= s.Limit:
		return "NO room"
	}
	s.notes[name] = append(s.notes[name], text)
	return "OK"
}

func first(notes []string) string {
	if len(notes) == 0 {
		return "NO note"
	}
	return "OK " + notes[0]
}

// Client speaks to a server; it dials again when a line breaks between requests.
type Client struct {
	Address string
	Timeout time.Duration
	Dials   int
	Pause   time.Duration
}

// Refused is an answer that begins with NO.
type Refused string

func (r Refused) Error() string { return "mailbox: no " + string(r) }

// Ask sends one request and gives what stands behind OK.
func (c *Client) Ask(request string) (string, error) {
	var last error
	for dial := range c.Dials {
		if dial > 0 {
			time.Sleep(c.Pause)
		}
		line, err := net.DialTimeout("tcp", c.Address, c.Timeout)
		if err != nil {
			last = err
			continue
		}
		defer line.Close()
		return c.ask(line, request)
	}
	return "", fmt.Errorf("mailbox: not reached after %d dials: %w", c.Dials, last)
}

func (c *Client) ask(line net.Conn, request string) (string, error) {
	if err := line.SetDeadline(time.Now().Add(c.Timeout)); err != nil {
		return "", err
	}
	if err := wire.Say(line, request); err != nil {
		return "", fmt.Errorf("mailbox: %w", err)
	}
	answer, err := bufio.NewReader(line).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("mailbox: %w", err)
	}
	word, rest, _ := strings.Cut(strings.TrimRight(answer, "\n"), " ")
	if word != "OK" {
		return "", Refused(rest)
	}
	return rest, nil
}
