package sandbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"huibao/sandbox"
)

// newBench starts a sandbox with chats that have begun, and empties the queue.
func newBench(b *testing.B, chats int) (*sandbox.Client, string) {
	b.Helper()
	s := sandbox.New(sandbox.Options{Token: token, Clock: sandbox.NewClock(time.Now)})
	srv := httptest.NewServer(s)
	b.Cleanup(func() {
		s.Close()
		srv.Close()
	})
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	b.Cleanup(transport.CloseIdleConnections)
	http := &http.Client{Transport: transport}
	c := sandbox.NewClient(srv.URL, http)
	for i := range chats {
		must(c.User(b.Context(), sandbox.User{ID: int64(i + 1), FirstName: "村干部"}))
		must(c.Say(b.Context(), int64(i+1), "/start"))
	}
	fetch(b, http, srv.URL, -1)
	return c, srv.URL
}

// fetch is a getUpdates that confirms; it returns the next offset and the number of updates.
func fetch(b *testing.B, c *http.Client, url string, offset int64) (int64, int) {
	b.Helper()
	resp := must(c.Get(fmt.Sprintf("%s/bot%s/getUpdates?offset=%d", url, token, offset)))
	defer resp.Body.Close()
	var a struct {
		Result []struct {
			ID int64 `json:"update_id"`
		} `json:"result"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		b.Fatal(err)
	}
	if n := len(a.Result); n > 0 {
		return a.Result[n-1].ID + 1, n
	}
	return offset, 0
}

// BenchmarkSendMessage sends receipts with bold text and three buttons to 2,000 chats, over HTTP.
func BenchmarkSendMessage(b *testing.B) {
	_, url := newBench(b, 2000)
	c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	var n atomic.Int64
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			body := fmt.Appendf(nil, `{"chat_id":%d,"text":"✅ 已记118号\n普法维权｜长铺社区\n3月9日(今天)\n参加 320人次\n资料 500份",`+
				`"entities":[{"type":"bold","offset":2,"length":6}],"reply_markup":{"inline_keyboard":[[{"text":"改日期","callback_data":"d:118"},`+
				`{"text":"改数字","callback_data":"n:118"},{"text":"撤回","callback_data":"w:118"}]]}}`, n.Add(1)%2000+1)
			resp, err := c.Post(url+"/bot"+token+"/sendMessage", "application/json", bytes.NewReader(body))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
				b.Fatal(resp.StatusCode, err)
			}
			resp.Body.Close()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkUpdates has 2,000 users write, a thousand messages in a request, and fetches every update in batches of 100.
func BenchmarkUpdates(b *testing.B) {
	c, url := newBench(b, 2000)
	plain := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	b.ReportAllocs()
	b.ResetTimer()
	offset := int64(0)
	for done := 0; done < b.N; {
		var batch []sandbox.Send
		for len(batch) < min(1000, b.N-done) {
			batch = append(batch, sandbox.Send{UserID: int64((done+len(batch))%2000 + 1), Text: "普法 320人 资料500份"})
		}
		must(c.SendAll(b.Context(), batch))
		for got := 0; got < len(batch); {
			var n int
			offset, n = fetch(b, plain, url, offset)
			got += n
		}
		done += len(batch)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
}

// BenchmarkUserSends has users write one message in a request.
func BenchmarkUserSends(b *testing.B) {
	c, _ := newBench(b, 2000)
	var n atomic.Int64
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := c.Say(b.Context(), n.Add(1)%2000+1, "普法 320人 资料500份"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
