package site

import (
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"
)

// players are the origins whose players may be shown in a frame, once a reader
// has asked for it.
func players() []string {
	return []string{"https://www.youtube-nocookie.com", "https://player.vimeo.com"}
}

// player returns the address of a frame that plays the film at address, and
// the name of who serves it. Films elsewhere are links.
func player(address string) (frame, provider string) {
	u, err := url.Parse(address)
	if err != nil {
		return "", ""
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	switch host {
	case "youtube.com", "m.youtube.com", "youtube-nocookie.com":
		id := u.Query().Get("v")
		if id == "" {
			id = path.Base(u.Path) // /embed/ID, /shorts/ID
		}
		return "https://www.youtube-nocookie.com/embed/" + url.PathEscape(id) + "?autoplay=1", "YouTube"
	case "youtu.be":
		return "https://www.youtube-nocookie.com/embed/" + url.PathEscape(path.Base(u.Path)) + "?autoplay=1", "YouTube"
	case "vimeo.com", "player.vimeo.com":
		return "https://player.vimeo.com/video/" + url.PathEscape(path.Base(u.Path)) + "?autoplay=1&dnt=1", "Vimeo"
	}
	return "", host
}

// length writes seconds as 2:31 or 1:02:31.
func length(seconds int) string {
	switch {
	case seconds <= 0:
		return ""
	case seconds < 3600:
		return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// widthOf reads the file name of a rendition: its width.
func widthOf(file string) (int, error) {
	name, ok := strings.CutSuffix(file, ".jpg")
	width, err := strconv.Atoi(name)
	if !ok || err != nil {
		return 0, errNoPage
	}
	return width, nil
}
