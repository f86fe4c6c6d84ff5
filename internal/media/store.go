package media

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"broadsheet/internal/blob"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

const columns = `p.id, p.title, p.caption, p.alt, p.extended_description, p.photographer, p.credit, p.source,
	p.distributor, p.copyright, p.usage_terms, p.instructions, p.city, p.country, p.keywords, p.taken_ms, p.embargo_ms, p.expires_ms,
	p.width, p.height, p.mime, p.filename, p.size, p.original, p.created_ms, p.origin_kind, p.origin_id, p.origin_name,
	p.picture_id, p.agency_status, p.agency_from_ms, p.agency_until_ms, p.free_from_ms, p.free_until_ms, p.version`

func scan(r sqldb.Row) (p Photo, err error) {
	var keywords string
	var taken, embargo, expires sql.NullInt64
	var created, agencyFrom, agencyUntil, from, until int64
	err = r.Scan(&p.ID, &p.Title, &p.Caption, &p.Alt, &p.ExtendedDescription, &p.Photographer, &p.Credit, &p.Source,
		&p.Distributor, &p.Copyright, &p.UsageTerms, &p.Instructions, &p.City, &p.Country, &keywords, &taken, &embargo, &expires,
		&p.Width, &p.Height, &p.MIME, &p.Filename, &p.Size, &p.Original, &created, &p.Origin.Kind, &p.Origin.ID, &p.Origin.Name,
		&p.Picture, &p.Agency.Status, &agencyFrom, &agencyUntil, &from, &until, &p.Version)
	if err != nil {
		return p, err
	}
	p.Taken, p.Embargo, p.Expires, p.Created = fromMillis(taken), fromMillis(embargo), fromMillis(expires), time.UnixMilli(created).UTC()
	agency := WindowOf(agencyFrom, agencyUntil)
	p.Agency.Embargo, p.Agency.Expires = agency.From, agency.Until
	if p.Agency.Status == "usable" {
		p.Agency.Status = ""
	}
	p.Window = WindowOf(from, until)
	if keywords == "[]" {
		return p, nil
	}
	return p, json.Unmarshal([]byte(keywords), &p.Keywords)
}

func fromMillis(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

func millis(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: !t.IsZero()}
}

// metadataArgs are the arguments $1 to $21 of insert and update. They bring the window
// into line first: nothing is stored with another one.
func metadataArgs(p *Photo) ([]any, error) {
	keywords := p.Keywords
	if keywords == nil {
		keywords = []string{}
	}
	list, err := json.Marshal(keywords)
	if err != nil {
		return nil, err
	}
	p.gate()
	from, until := p.Window.Columns()
	return []any{
		p.ID, p.Title, p.Caption, p.Alt, p.ExtendedDescription, p.Photographer, p.Credit, p.Source, p.Distributor, p.Copyright,
		p.UsageTerms, p.Instructions, p.City, p.Country, string(list), millis(p.Taken), millis(p.Embargo), p.words(),
		millis(p.Expires), from, until,
	}, nil
}

// words is the text that a query is looked for in.
func (p *Photo) words() string {
	return strings.ToLower(strings.Join([]string{
		p.Title, p.Caption, p.Alt, p.Photographer, p.Credit, p.Source, p.Distributor, p.City, p.Country, strings.Join(p.Keywords, "\n"), p.Filename,
	}, "\n"))
}

func insert(ctx context.Context, tx *sqldb.Tx, p *Photo) error {
	args, err := metadataArgs(p)
	if err != nil {
		return err
	}
	agencyFrom, agencyUntil := Window{p.Agency.Embargo, p.Agency.Expires}.Columns()
	args = append(args, p.Width, p.Height, p.MIME, p.Filename, p.Size, p.Original, p.Created.UnixMilli(),
		p.Origin.Kind, p.Origin.ID, p.Origin.Name, p.Version, p.Picture, p.Agency.status(), agencyFrom, agencyUntil)
	_, err = sqldb.Exec(ctx, tx, `
		INSERT INTO photo (id, title, caption, alt, extended_description, photographer, credit, source, distributor, copyright,
			usage_terms, instructions, city, country, keywords, taken_ms, embargo_ms, words, expires_ms, free_from_ms, free_until_ms,
			width, height, mime, filename, size, original, created_ms, origin_kind, origin_id, origin_name, version,
			picture_id, agency_status, agency_from_ms, agency_until_ms)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
			$26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36)`, args...)
	return err
}

// update stores the metadata of p, if it still has the version that p has, and counts it up.
func update(ctx context.Context, tx *sqldb.Tx, p *Photo) (int64, error) {
	args, err := metadataArgs(p)
	if err != nil {
		return 0, err
	}
	return sqldb.Exec(ctx, tx, `
		UPDATE photo SET title = $2, caption = $3, alt = $4, extended_description = $5, photographer = $6, credit = $7, source = $8,
			distributor = $9, copyright = $10, usage_terms = $11, instructions = $12, city = $13, country = $14, keywords = $15,
			taken_ms = $16, embargo_ms = $17, words = $18, expires_ms = $19, free_from_ms = $20, free_until_ms = $21,
			version = version + 1
		WHERE id = $1 AND version = $22`, append(args, p.Version)...)
}

func get(ctx context.Context, tx *sqldb.Tx, photo id.ID) (Photo, error) {
	return sqldb.One(ctx, tx, scan, `SELECT `+columns+` FROM photo p WHERE p.id = $1`, photo)
}

func byIDs(ctx context.Context, tx *sqldb.Tx, ids []id.ID) ([]Photo, error) {
	list := make([]int64, len(ids))
	for i, v := range ids {
		list[i] = int64(v)
	}
	arg, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	return sqldb.All(ctx, tx, scan, `SELECT `+columns+` FROM photo p WHERE p.id IN `+tx.InList("$1"), string(arg))
}

// imported finds the photograph that an item of the wire has been made into.
const importedQuery = `
	SELECT ` + columns + ` FROM photo p
	WHERE p.origin_id = $1 AND p.original = $2 AND p.origin_kind = 'wire'
	ORDER BY p.id LIMIT 1`

func imported(ctx context.Context, tx *sqldb.Tx, originID string, original blob.Key) (Photo, error) {
	return sqldb.One(ctx, tx, scan, importedQuery, originID, original)
}

// maxOfItem is how many photographs of one item an agency's word reaches. A story takes
// in 20 of them at most; an item that is used again gives the same ones.
const maxOfItem = 1000

// ofItemQuery is two searches, each by its index.
const ofItemQuery = `
	SELECT ` + columns + ` FROM photo p WHERE p.origin_id = $1 AND p.origin_kind = 'wire'
	UNION
	SELECT ` + columns + ` FROM photo p WHERE p.picture_id = $2
	LIMIT $3`

func setAgency(ctx context.Context, tx *sqldb.Tx, p *Photo) error {
	agencyFrom, agencyUntil := Window{p.Agency.Embargo, p.Agency.Expires}.Columns()
	from, until := p.Window.Columns()
	_, err := sqldb.Exec(ctx, tx, `
		UPDATE photo SET agency_status = $2, agency_from_ms = $3, agency_until_ms = $4, free_from_ms = $5, free_until_ms = $6
		WHERE id = $1`, p.ID, p.Agency.status(), agencyFrom, agencyUntil, from, until)
	return err
}

// nextQuery reads one row of each of two indexes.
const nextQuery = `
	SELECT COALESCE(MIN(ms), 9223372036854775807) FROM (
		SELECT MIN(free_from_ms) AS ms FROM photo WHERE free_from_ms > 0 AND free_from_ms > $1
		UNION ALL
		SELECT MIN(free_until_ms) FROM photo WHERE free_until_ms < 9223372036854775807 AND free_until_ms > $1
	) AS next`

// listQuery has a condition for each word, which come from $3 on.
func listQuery(words int) string {
	var b strings.Builder
	b.WriteString(`SELECT ` + columns + ` FROM photo p WHERE p.id < $1`)
	for i := range words {
		fmt.Fprintf(&b, ` AND p.words LIKE $%d ESCAPE '\'`, 3+i)
	}
	b.WriteString(` ORDER BY p.id DESC LIMIT $2`)
	return b.String()
}

var escapeLike = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func list(ctx context.Context, tx *sqldb.Tx, words []string, after id.ID, limit int) ([]Photo, error) {
	before := int64(math.MaxInt64)
	if after != 0 {
		before = int64(after)
	}
	args := []any{before, limit}
	for _, w := range words {
		args = append(args, "%"+escapeLike.Replace(w)+"%")
	}
	return sqldb.All(ctx, tx, scan, listQuery(len(words)), args...)
}

// A wanted says which file a rendition is in.
type wanted struct {
	width    int // of the photograph
	window   Window
	rendered blob.Key // empty if the rendition is not there in the photograph's version
}

const wantedQuery = `
	SELECT p.width, p.free_from_ms, p.free_until_ms, COALESCE(r.blob, '')
	FROM photo p LEFT JOIN photo_rendition r ON r.photo_id = p.id AND r.version = p.version
		AND r.width = CASE WHEN p.width < $2 THEN p.width ELSE $2 END
	WHERE p.id = $1`

func want(ctx context.Context, tx *sqldb.Tx, photo id.ID, width int) (wanted, error) {
	return sqldb.One(ctx, tx, func(r sqldb.Row) (w wanted, err error) {
		var from, until int64
		err = r.Scan(&w.width, &from, &until, &w.rendered)
		w.window = WindowOf(from, until)
		return w, err
	}, wantedQuery, photo, int64(width))
}

// A rendition is where one of a photograph's renditions is kept.
type rendition struct {
	width   int
	version int64
	blob    blob.Key
}

func scanRendition(r sqldb.Row) (v rendition, err error) {
	err = r.Scan(&v.width, &v.version, &v.blob)
	return v, err
}

func renditions(ctx context.Context, tx *sqldb.Tx, photo id.ID) ([]rendition, error) {
	return sqldb.All(ctx, tx, scanRendition, `
		SELECT width, version, blob FROM photo_rendition WHERE photo_id = $1 ORDER BY width LIMIT 100`, photo)
}

func putRendition(ctx context.Context, tx *sqldb.Tx, photo id.ID, v rendition) error {
	_, err := sqldb.Exec(ctx, tx, `
		INSERT INTO photo_rendition (photo_id, width, version, blob) VALUES ($1, $2, $3, $4)
		ON CONFLICT (photo_id, width) DO UPDATE SET version = excluded.version, blob = excluded.blob
		WHERE photo_rendition.version <= excluded.version`, photo, v.width, v.version, v.blob)
	return err
}

// used reports whether any rendition is kept in the file.
func used(ctx context.Context, tx *sqldb.Tx, key blob.Key) (bool, error) {
	n, err := sqldb.One(ctx, tx, sqldb.Scalar[int64], `
		SELECT COUNT(*) FROM (SELECT 1 FROM photo_rendition WHERE blob = $1 LIMIT 1) AS any_use`, key)
	return n > 0, err
}

func notFound(err error) error {
	return &errs.Error{Kind: errs.NotFound, Message: "There is no such photograph.", Err: err}
}
