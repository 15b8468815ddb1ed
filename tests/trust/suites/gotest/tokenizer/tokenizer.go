// Package tokenizer takes search expressions apart: words, "quoted text", numbers, comparisons and parentheses.
package tokenizer

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what a token is.
type Kind string

// The kinds of tokens.
const (
	Word     Kind = "word"
	Text     Kind = "text"
	Number   Kind = "number"
	Operator Kind = "operator"
	Open     Kind = "open"
	Close    Kind = "close"
)

// Token is one piece of an expression, with its column counted in characters from one.
type Token struct {
	Kind   Kind
	Value  string
	Column int
}

// Tokens takes an expression apart.
func Tokens(expression string) ([]Token, error) {
	scanner := &scanner{rest: expression, column: 1}
	var tokens []Token
	for scanner.skip(); scanner.rest != ""; scanner.skip() {
		token, err := scanner.next()
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, token)
	}
	return tokens, balanced(tokens)
}

func balanced(tokens []Token) error {
	var open []int
	for _, token := range tokens {
		switch token.Kind {
		case Open:
			open = append(open, token.Column)
		case Close:
			if len(open) == 0 {
				return fmt.Errorf("column %d: nothing to close", token.Column)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("column %d: never closed", open[len(open)-1])
	}
	return nil
}

type scanner struct {
	rest   string
	column int
}

func (s *scanner) take(size int) string {
	taken := s.rest[:size]
	s.rest = s.rest[size:]
	s.column += utf8.RuneCountInString(taken)
	return taken
}

func (s *scanner) span(fits func(rune) bool) int {
	for at, char := range s.rest {
		if !fits(char) {
			return at
		}
	}
	return len(s.rest)
}

func (s *scanner) skip() { s.take(s.span(unicode.IsSpace)) }

func (s *scanner) next() (Token, error) {
	token := Token{Column: s.column}
	first, size := utf8.DecodeRuneInString(s.rest)
	switch {
	case first == '(':
		token.Kind, token.Value = Open, s.take(size)
	case first == ')':
		token.Kind, token.Value = Close, s.take(size)
	case first == '"':
		return s.quoted(token)
	case strings.ContainsRune("<>=!", first):
		token.Kind, token.Value = Operator, s.operator()
	case unicode.IsDigit(first):
		token.Kind, token.Value = Number, s.take(s.span(func(r rune) bool { return unicode.IsDigit(r) || r == '.' }))
		if strings.Count(token.Value, ".") > 1 {
			return token, fmt.Errorf("column %d: %q is no number", token.Column, token.Value)
		}
	case unicode.IsLetter(first) || first == '_':
		token.Kind = Word
		token.Value = s.take(s.span(func(r rune) bool {
			return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_-.", r)
		}))
	default:
		return token, fmt.Errorf("column %d: unexpected %q", token.Column, first)
	}
	return token, nil
}

func (s *scanner) operator() string {
	if len(s.rest) > 1 && s.rest[1] == '=' {
		return s.take(2)
	}
	return s.take(1)
}

func (s *scanner) quoted(token Token) (Token, error) {
	s.take(1)
	var value strings.Builder
	for {
		value.WriteString(s.take(s.span(func(r rune) bool { return r != '"' && r != '\\' })))
		switch {
		case s.rest == "":
			return token, fmt.Errorf("column %d: the quote is never closed", token.Column)
		case s.rest[0] == '"':
			s.take(1)
			token.Kind, token.Value = Text, value.String()
			return token, nil
		case len(s.rest) == 1:
			return token, fmt.Errorf("column %d: nothing to escape", s.column)
		}
		s.take(1)
		_, size := utf8.DecodeRuneInString(s.rest)
		value.WriteString(s.take(size))
	}
}
