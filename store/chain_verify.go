package store

import (
	"crypto/sha256"
	"fmt"
)

const (
	selectLinks = `
SELECT c.seq, c.report_id, c.rev, c.hash, v.rev IS NOT NULL, COALESCE(v.at, 0), COALESCE(v.by_member, 0), COALESCE(v.message_id, 0),
  COALESCE(v.agreed_by, 0), COALESCE(v.why, ''), COALESCE(v.body, '')
FROM revision_chain c LEFT JOIN revisions v ON v.report_id = c.report_id AND v.rev = c.rev
WHERE c.seq > $1 ORDER BY c.seq LIMIT $2`
	selectLinkless = `
SELECT v.report_id, v.rev FROM revisions v
EXCEPT SELECT c.report_id, c.rev FROM revision_chain c
ORDER BY report_id, rev`
	selectPublishedHeads = `
SELECT id, kind, period, chain_head FROM publications WHERE chain_head <> '' ORDER BY id`
)

// kept is a link as it is kept, with the revision it stands for, if that is there.
type kept struct {
	seq   int64
	hash  [sha256.Size]byte
	there bool
	link  link
}

// chain walks the chain of revisions. Each link is compared with the hash of the link before it as that is kept, so that
// what is altered shows where it is, and not at every link from there on.
func (c *verification) chain() error {
	published, err := c.publishedHeads()
	if err != nil {
		return err
	}
	var last ChainHead
	for {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		page, err := collect(c.v.query(selectLinks, last.Seq, verifyAtOnce), scanKept)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		for _, k := range page {
			last = c.link(k, last)
			c.heads(published[last.Seq], last)
			delete(published, last.Seq)
		}
	}
	for seq, list := range published {
		if seq > 0 {
			c.found("%s was published when the chain had %d links, and it ends at %d: later revisions are missing", list[0].what, seq, last.Seq)
		}
	}
	if err := c.linkless(); err != nil {
		return err
	}
	return c.end(last)
}

func scanKept(scan scanner) (k kept, err error) {
	l := &k.link
	var hash []byte
	err = scan(&k.seq, &l.report, &l.rev, &hash, &k.there, &l.at, &l.by, &l.message, &l.agreed, &l.why, &l.body)
	copy(k.hash[:], hash) // one of another length fits nothing
	return k, err
}

// link compares one link with its revision and the link before.
func (c *verification) link(k kept, last ChainHead) ChainHead {
	if k.seq != last.Seq+1 {
		c.found("the chain of revisions goes from link %d to link %d: what was between is missing", last.Seq, k.seq)
	}
	switch {
	case !k.there:
		c.found("report %d, revision %d is missing: link %d of the chain stands for it", k.link.report, k.link.rev, k.seq)
	case k.seq == last.Seq+1 && k.link.after(last.Hash) != k.hash:
		c.found("report %d, revision %d is not what it was, or not in its place: link %d of the chain does not fit", k.link.report, k.link.rev, k.seq)
	}
	return ChainHead{k.seq, k.hash}
}

// publishedHead is a head of the chain as a publication has it.
type publishedHead struct {
	what string
	head ChainHead
}

func (c *verification) publishedHeads() (map[int64][]publishedHead, error) {
	heads := map[int64][]publishedHead{}
	rows := c.v.query(selectPublishedHeads)
	err := rows.each(func() error {
		var id int64
		var kind, period, text string
		if err := rows.rows.Scan(&id, &kind, &period, &text); err != nil {
			return err
		}
		head, err := ParseChainHead(text)
		if err != nil {
			c.found("publication %d: %v", id, err)
			return nil
		}
		heads[head.Seq] = append(heads[head.Seq], publishedHead{fmt.Sprintf("publication %d (%s %s)", id, kind, period), head})
		return nil
	})
	return heads, err
}

func (c *verification) heads(published []publishedHead, now ChainHead) {
	for _, p := range published {
		if p.head != now {
			c.found("%s was published with another link %d of the chain: revisions before it are not what they were", p.what, now.Seq)
		}
	}
}

// linkless looks for revisions that no link stands for: they were put in with another tool.
func (c *verification) linkless() error {
	rows := c.v.query(selectLinkless)
	return rows.each(func() error {
		var report, rev int64
		if err := rows.rows.Scan(&report, &rev); err != nil {
			return err
		}
		c.found("report %d, revision %d is not in the chain: it was put in with another tool", report, rev)
		return c.ctx.Err()
	})
}

// end compares the last link with the head that is kept.
func (c *verification) end(last ChainHead) error {
	text, ok, err := c.v.Meta(metaChain)
	if err != nil {
		return err
	}
	head, err := ParseChainHead(text)
	switch {
	case !ok:
		c.found("the head of the chain of revisions is missing")
	case err != nil:
		c.found("%v", err)
	case head.Seq > last.Seq:
		c.found("the chain of revisions had %d links and ends at %d: the last revisions are missing", head.Seq, last.Seq)
	case head != last:
		c.found("the chain of revisions ends at link %d, and its head says link %d with another hash", last.Seq, head.Seq)
	}
	return nil
}
