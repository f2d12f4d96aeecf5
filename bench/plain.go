package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	_ "github.com/mattn/go-sqlite3" // the driver

	"huibao/reading"
	"huibao/report"
)

// What the bot is compared with.

const insertPlain = `INSERT INTO plain(chat, message, text, reading) VALUES(?, ?, ?, ?)`

func openPlain() (*sql.DB, error) {
	db, err := sql.Open("sqlite3", "file:"+os.Getenv("HUIBAO_DB")+"?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec(`CREATE TABLE IF NOT EXISTS plain(id INTEGER PRIMARY KEY, chat INTEGER, message INTEGER, text TEXT, reading TEXT)`)
	return db, err
}

// baseline is a bot as the library's examples have it: its own polling, a handler for each message, a commit for each
// report. It reads messages with the same reader.
func baseline(ctx context.Context) error {
	reader, err := readerOf(os.Getenv("HUIBAO_DB"))
	if err != nil {
		return err
	}
	db, err := openPlain()
	if err != nil {
		return err
	}
	handle := func(ctx context.Context, b *tg.Bot, u *models.Update) {
		if u.Message == nil {
			return
		}
		m := u.Message
		understood := reader.Read(m.Text, reading.Context{Today: report.DayOf(time.Unix(int64(m.Date), 0)), Area: 2})
		body, err := reading.Encode(understood)
		if err != nil {
			fmt.Println(err)
			return
		}
		kept, err := db.ExecContext(ctx, insertPlain, m.Chat.ID, m.ID, m.Text, string(body))
		if err != nil {
			fmt.Println(err)
			return
		}
		id, _ := kept.LastInsertId()
		_, err = b.SendMessage(ctx, &tg.SendMessageParams{ChatID: m.Chat.ID, Text: fmt.Sprintf("✅ 已记%d号\n%s", id, m.Text),
			ReplyParameters: &models.ReplyParameters{MessageID: m.ID}})
		if err != nil {
			fmt.Println(err)
		}
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 100
	b, err := tg.New(token, tg.WithServerURL(os.Getenv("HUIBAO_API_URL")), tg.WithDefaultHandler(handle),
		tg.WithHTTPClient(time.Minute, &http.Client{Transport: transport}))
	if err != nil {
		return err
	}
	b.Start(ctx)
	return nil
}

// bound only stores and answers: batches as they come, a commit for each, and 32 connections for the answers. No bot that
// keeps what it is given can be much faster on the machine.
func bound(ctx context.Context) error {
	db, err := openPlain()
	if err != nil {
		return err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 33
	client := &http.Client{Transport: transport}
	base := os.Getenv("HUIBAO_API_URL") + "/bot" + token + "/"
	post := func(method string, ask any, answer any) error {
		body, err := json.Marshal(ask)
		if err != nil {
			return err
		}
		resp, err := client.Post(base+method, "application/json", bytes.NewReader(body))
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if answer == nil {
			_, err = io.Copy(io.Discard, resp.Body)
			return err
		}
		return json.NewDecoder(resp.Body).Decode(answer)
	}
	type stored struct {
		chat, message int64
		text          string
	}
	answers := make(chan stored, 10_000)
	for range 32 {
		go func() {
			for a := range answers {
				err := post("sendMessage", map[string]any{"chat_id": a.chat, "reply_parameters": map[string]any{"message_id": a.message}, "text": a.text}, nil)
				if err != nil {
					fmt.Println(err)
				}
			}
		}()
	}
	for offset := int64(0); ctx.Err() == nil; {
		var got struct {
			Result []struct {
				ID      int64 `json:"update_id"`
				Message struct {
					ID   int64 `json:"message_id"`
					Chat struct {
						ID int64 `json:"id"`
					} `json:"chat"`
					Text string `json:"text"`
				} `json:"message"`
			} `json:"result"`
		}
		if err := post("getUpdates", map[string]any{"offset": offset, "limit": 100, "timeout": 50}, &got); err != nil {
			return err
		}
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		insert, err := tx.PrepareContext(ctx, insertPlain)
		if err != nil {
			return err
		}
		for _, u := range got.Result {
			offset = u.ID + 1
			if _, err := insert.ExecContext(ctx, u.Message.Chat.ID, u.Message.ID, u.Message.Text, ""); err != nil {
				return err
			}
		}
		if err := tx.Commit(); err != nil {
			return err
		}
		for _, u := range got.Result {
			answers <- stored{u.Message.Chat.ID, u.Message.ID, u.Message.Text}
		}
	}
	return ctx.Err()
}
