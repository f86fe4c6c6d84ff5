package desk

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"broadsheet/internal/id"
	"broadsheet/internal/web"
)

// presenceLife is how long somebody counts as being in a story after their
// editor last said so. Editors say it every 15 seconds.
const presenceLife = 40 * time.Second

// presence knows who has which story open in the editor. It is a courtesy, kept
// in memory of this process alone: what keeps two editors from losing anything is
// story.Service.Save.
type presence struct {
	mu     sync.Mutex
	visits map[visit]seen
}

type visit struct{ story, account id.ID }

type seen struct {
	name string
	at   time.Time
}

// enter notes that somebody is in a story and returns the names of the others.
func (p *presence) enter(v visit, name string, now time.Time) (others []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.visits == nil {
		p.visits = map[visit]seen{}
	}
	p.visits[v] = seen{name, now}
	others = []string{}
	for other, s := range p.visits {
		switch {
		case now.Sub(s.at) > presenceLife:
			delete(p.visits, other)
		case other.story == v.story && other.account != v.account:
			others = append(others, s.name)
		}
	}
	slices.Sort(others)
	return others
}

func (p *presence) leave(v visit) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.visits, v)
}

// storyHere is told every now and then by an open editor, and answers who else is there.
func (d *Desk) storyHere(w http.ResponseWriter, r *http.Request) error {
	story, err := pathID(r, "id")
	if err != nil {
		return err
	}
	by := web.Account(r.Context())
	v := visit{story, by.ID}
	if r.URL.Query().Get("gone") != "" {
		d.here.leave(v)
		return answer(w, http.StatusOK, struct{}{})
	}
	return answer(w, http.StatusOK, map[string][]string{"others": d.here.enter(v, by.Name, d.Now())})
}
