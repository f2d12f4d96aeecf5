package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// ChainHead is the end of the chain over all revisions: how many links it has, and the hash of the last one, which depends
// on every revision before it. Whoever keeps a head outside of the database (a backup's manifest, a printed digest) can tell
// later whether what the database says of the time before is still what it said.
//
// Verify walks the chain. It finds what was altered, deleted, put in or moved by anybody who cannot also make all later
// links, the head and the publications anew; against somebody who can, only a head kept elsewhere helps.
//
// There is one chain for the database, so revisions are chained one after the other: as a transaction ends, and behind the lock of
// the ledger (Tx.LockLedger) where several processes write.
type ChainHead struct {
	Seq  int64
	Hash [sha256.Size]byte
}

// String gives the head as it is kept: the number of links, and the hash in hexadecimal digits.
func (h ChainHead) String() string { return fmt.Sprintf("%d:%x", h.Seq, h.Hash) }

// ParseChainHead reads what String gives.
func ParseChainHead(s string) (h ChainHead, err error) {
	seq, digits, _ := strings.Cut(s, ":")
	if h.Seq, err = strconv.ParseInt(seq, 10, 64); err == nil {
		var hash []byte
		if hash, err = hex.DecodeString(digits); err == nil && len(hash) != len(h.Hash) {
			err = fmt.Errorf("its hash has %d bytes", len(hash))
		}
		copy(h.Hash[:], hash)
	}
	if err != nil {
		return ChainHead{}, fmt.Errorf("head of the chain %q: %w", s, err)
	}
	return h, nil
}

// link is what a hash of the chain is over.
type link struct {
	report, rev, at, by, message, agreed int64
	why, body                            string
}

// after gives the link's hash, given that of the link before. Numbers have eight bytes, texts their length before them, so
// that nothing can move from one to the next.
func (l link) after(previous [sha256.Size]byte) [sha256.Size]byte {
	b := make([]byte, 0, 256+len(l.why)+len(l.body))
	b = append(b, "huibao revision 1\n"...)
	b = append(b, previous[:]...)
	for _, n := range []int64{l.report, l.rev, l.at, l.by, l.message, l.agreed} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	for _, s := range []string{l.why, l.body} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	return sha256.Sum256(b)
}

// metaChain has the head. It is written with the links.
const metaChain = "chain_head"

// ChainHead gives the head of the chain: the zero head where there is no revision yet. A transaction's has what it added.
func (v *View) ChainHead() (h ChainHead, err error) {
	if v.tx != nil {
		return v.tx.chainHead()
	}
	return v.keptHead()
}

func (v *View) keptHead() (ChainHead, error) {
	text, ok, err := v.Meta(metaChain)
	if err != nil || !ok {
		return ChainHead{}, err
	}
	return ParseChainHead(text)
}

func (tx *Tx) chainHead() (ChainHead, error) {
	if err := tx.settle(); err != nil {
		return ChainHead{}, err
	}
	if tx.head == nil {
		head, err := tx.keptHead()
		if err != nil {
			return ChainHead{}, err
		}
		tx.head = &head
	}
	return *tx.head, nil
}

// chain adds a link to the chain.
func (tx *Tx) chain(l link) { tx.posting.links = append(tx.posting.links, l) }

const selectUnchained = `
SELECT report_id, rev, at, by_member, COALESCE(message_id, 0), COALESCE(agreed_by, 0), why, body FROM revisions
WHERE report_id > $1 OR report_id = $1 AND rev > $2 ORDER BY report_id, rev LIMIT $3`

// chainRevisions begins the chain with the revisions that are older than it, report by report, in one transaction: it is
// begun once, or not at all. A chain that was begun is left alone, whatever it lacks.
func (db *DB) chainRevisions(ctx context.Context) error {
	begun := false
	err := db.Read(ctx, func(v *View) (err error) {
		_, begun, err = v.Meta(metaChain)
		return err
	})
	if err != nil || begun {
		return err
	}
	return db.Write(ctx, func(tx *Tx) error {
		return tx.beginChain()
	})
}

const insertMeta = `
INSERT INTO meta(key, value) VALUES($1, $2) ON CONFLICT(key) DO NOTHING`

func (tx *Tx) beginChain() error {
	tx.head = &ChainHead{}
	n, err := tx.exec(insertMeta, metaChain, tx.head.String())
	if err != nil || n == 0 { // by another process meanwhile
		return err
	}
	for last := (link{}); ; {
		page, err := collect(tx.query(selectUnchained, last.report, last.rev, verifyAtOnce), scanLink)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, l := range page {
			tx.chain(l)
		}
		if err := tx.settle(); err != nil {
			return err
		}
		last = page[len(page)-1]
	}
}

func scanLink(scan scanner) (l link, err error) {
	return l, scan(&l.report, &l.rev, &l.at, &l.by, &l.message, &l.agreed, &l.why, &l.body)
}
