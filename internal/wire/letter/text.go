package letter

import (
	"slices"
	"strings"
)

// signatureMark begins the signature of a mail (RFC 3676, 4.3).
const signatureMark = "-- "

// cutSignature parts a plain text from the signature below it.
func cutSignature(text string) (body, signature string) {
	lines := strings.Split(text, "\n")
	for i, line := range slices.Backward(lines) {
		if strings.TrimSuffix(line, "\r") == signatureMark {
			return strings.TrimRight(strings.Join(lines[:i], "\n"), " \r\n"), strings.TrimSpace(strings.Join(lines[i+1:], "\n"))
		}
	}
	return text, ""
}

// unflow joins the lines that a program broke in format=flowed (RFC 3676): one that ends
// with a space goes on in the next one, if that is quoted as deeply. With delSp the space
// itself is no part of the text.
func unflow(text string, delSp bool) string {
	var out []string
	open, depth := false, 0 // whether the last line goes on, and how deeply it is quoted
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		quoted := len(line) - len(strings.TrimLeft(line, ">"))
		content := strings.TrimPrefix(line[quoted:], " ") // stuffed
		goesOn := strings.HasSuffix(content, " ") && content != signatureMark
		if open && quoted == depth && content != signatureMark {
			last := out[len(out)-1]
			if delSp {
				last = strings.TrimSuffix(last, " ")
			}
			out[len(out)-1] = last + content
		} else {
			prefix := strings.Repeat(">", quoted)
			if quoted > 0 {
				prefix += " "
			}
			out = append(out, prefix+content)
		}
		open, depth = goesOn, quoted
	}
	return strings.Join(out, "\n")
}
