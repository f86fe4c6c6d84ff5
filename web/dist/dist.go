// Package dist holds the desk's built scripts and style, made from web/desk by
// "make assets" and committed, so that building the program needs no Node.
package dist

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
)

//go:embed *.js *.css *.json *.txt
var built embed.FS

// Files returns the built files, each named after its hash.
func Files() fs.FS { return built }

// Names maps each entry, such as "desk.js", to the name it was built to.
func Names() (map[string]string, error) {
	text, err := built.ReadFile("manifest.json")
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	if err := json.Unmarshal(text, &names); err != nil {
		return nil, fmt.Errorf("web/dist/manifest.json: %w", err)
	}
	return names, nil
}
