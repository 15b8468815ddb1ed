// Package wire is how the stockroom's programs put lines onto a connection.
package wire

import (
	"fmt"
	"io"
)

// Say sends one line.
func Say(to io.Writer, text string) error {
	_, err := fmt.Fprintln(to, text)
	return err
}
