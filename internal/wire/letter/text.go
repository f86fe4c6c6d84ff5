package letter

import "strings"

// signatureMark begins the signature of a mail (RFC 3676, 4.3).
const signatureMark = "-- "

// cutSignature parts a plain text from the signature below it.
func cutSignature(text string) (body, signature string) {
	for end := len(text); ; {
		at := strings.LastIndex(text[:end], signatureMark)
		if at < 0 {
			return text, ""
		}
		below := text[at+len(signatureMark):]
		if (at == 0 || text[at-1] == '\n') && (below == "" || below[0] == '\n') {
			return strings.TrimRight(text[:at], " \n"), strings.TrimSpace(below)
		}
		end = at
	}
}

// unflow joins the lines that a program broke in format=flowed (RFC 3676): one that ends
// with a space goes on in the next one, if that is quoted as deeply. With delSp the space
// itself is no part of the text.
func unflow(text string, delSp bool) string {
	var out strings.Builder
	open, depth, first := false, 0, true // whether the last line goes on, and how deeply it is quoted
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		quoted := len(line) - len(strings.TrimLeft(line, ">"))
		content := strings.TrimPrefix(line[quoted:], " ") // stuffed
		goesOn := strings.HasSuffix(content, " ") && content != signatureMark
		if !open || quoted != depth || content == signatureMark {
			if !first {
				out.WriteByte('\n')
			}
			out.WriteString(line[:quoted])
			if quoted > 0 {
				out.WriteByte(' ')
			}
		}
		if delSp && goesOn {
			content = strings.TrimSuffix(content, " ")
		}
		out.WriteString(content)
		open, depth, first = goesOn, quoted, false
	}
	return out.String()
}
