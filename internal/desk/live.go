package desk

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"broadsheet/internal/account"
	"broadsheet/internal/bus"
	"broadsheet/internal/story"
	"broadsheet/internal/web"
	"broadsheet/internal/wire"
)

// found is a line of the palette.
type found struct {
	Kind   string `json:"kind"`
	Label  string `json:"label"`
	Detail string `json:"detail"`
	Href   string `json:"href"`
}

// perKind is how many lines of a kind the palette shows.
const perKind = 6

// live tells a page that something changed; the page then asks for what it shows.
func (d *Desk) live(w http.ResponseWriter, r *http.Request) error {
	by := web.Account(r.Context())
	topics := []string{wire.Topic}
	if by.May(account.StoryWrite) {
		topics = append(topics, "stories", story.TopicAlerts)
	}
	if by.May(account.CommentModerate) {
		topics = append(topics, "moderation")
	}
	return d.Live.Stream(w, r, topics, func(_ context.Context, e bus.Event) (web.Message, error) {
		text, err := json.Marshal(struct {
			Kind string `json:"kind"`
		}{e.Kind})
		return web.Message{Event: "change", Data: text}, err
	})
}

func (d *Desk) counts(w http.ResponseWriter, r *http.Request) error {
	n, err := d.numbers(r.Context(), web.Account(r.Context()))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, n)
}

// find answers the palette.
func (d *Desk) find(w http.ResponseWriter, r *http.Request) error {
	ctx, by := r.Context(), web.Account(r.Context())
	words := strings.TrimSpace(r.URL.Query().Get("q"))
	results := []found{}
	if words == "" {
		return answer(w, http.StatusOK, map[string][]found{"results": results})
	}
	c := d.clock()
	if by.May(account.StoryWrite) {
		stories, err := d.Stories.Drafts(ctx, by, story.Filter{Words: words, Limit: perKind})
		if err != nil {
			return err
		}
		for _, st := range stories {
			state, _ := storyState(st)
			label := st.Headline
			if label == "" {
				label = "Without a headline"
			}
			results = append(results, found{"Story", label, state + ", " + c.stamp(st.Saved).Text, "/desk/stories/" + st.ID.String()})
		}
	}
	entries, err := d.Wire.List(ctx, by, wire.Filter{Words: words, Limit: perKind})
	if err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		results = append(results, found{"Wire", e.Headline, e.Service + ", " + c.stamp(e.Arrived.Time()).Text, "/desk/wire/" + e.ID.String()})
	}
	return answer(w, http.StatusOK, map[string][]found{"results": results})
}
