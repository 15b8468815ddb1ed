package tokenizer

import (
	"fmt"
	"strings"
	"testing"
)

func shown(tokens []Token) string {
	parts := make([]string, len(tokens))
	for i, token := range tokens {
		parts[i] = fmt.Sprintf("%s:%s@%d", token.Kind, token.Value, token.Column)
	}
	return strings.Join(parts, " ")
}

func TestTokens(t *testing.T) {
	for _, test := range []struct{ name, expression, want string }{
		{"nothing", "", ""},
		{"only spaces", " \t ", ""},
		{"a word", "rope", "word:rope@1"},
		{"a word with marks", "rope-10.b", "word:rope-10.b@1"},
		{"two words", "rope  blue", "word:rope@1 word:blue@7"},
		{"a comparison", "price<=12.5", "word:price@1 operator:<=@6 number:12.5@8"},
		{"a short comparison", "price<12", "word:price@1 operator:<@6 number:12@7"},
		{"quoted text", `name="blue rope"`, "word:name@1 operator:=@5 text:blue rope@6"},
		{"an escaped quote", `"3\" pipe"`, `text:3" pipe@1`},
		{"an empty text", `""`, "text:@1"},
		{"parentheses", "(a b)", "open:(@1 word:a@2 word:b@4 close:)@5"},
		{"columns after wide letters", "größe >5", "word:größe@1 operator:>@7 number:5@8"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tokens, err := Tokens(test.expression)
			if err != nil {
				t.Fatalf("Tokens(%q): %v", test.expression, err)
			}
			if got := shown(tokens); got != test.want {
				t.Errorf("Tokens(%q)\n got %s\nwant %s", test.expression, got, test.want)
			}
		})
	}
}

func TestRefusedExpressions(t *testing.T) {
	for _, test := range []struct{ name, expression, want string }{
		{"open quote", `name = "rope`, "column 8: the quote is never closed"},
		{"open parenthesis", "(a (b)", "column 1: never closed"},
		{"stray parenthesis", "a)", "column 2: nothing to close"},
		{"two points", "1.2.3", `column 1: "1.2.3" is no number`},
		{"strange mark", "a & b", "column 3: unexpected '&'"},
		{"escape at the end", `"a\`, "column 3: nothing to escape"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Tokens(test.expression)
			if err == nil || err.Error() != test.want {
				t.Errorf("Tokens(%q) = %v, want %q", test.expression, err, test.want)
			}
		})
	}
}
