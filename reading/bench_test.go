package reading

import (
	"strings"
	"testing"
)

// prose is what a forwarded article looks like; repeated, it fills the longest message Telegram sends.
const prose = "为构建好家庭教育指导服务体系，进一步提升家长的家庭教育水平，3月5日下午，长铺镇妇联联合县司法局在江口园社区开展家庭教育公益讲座，为200余名学生家长带来公益讲座，" +
	"发放《家庭教育促进法》读本等资料300余份，接受现场咨询12人次。随后，工作人员走访慰问困难妇女5户，每户送去慰问金500元，共计2500元。" +
	"参加活动的家长纷纷表示，这样的讲座通俗易懂、贴近生活，希望今后多多举办。下一步，镇妇联将继续把家庭教育工作做实做细，让更多家庭受益。\n"

func BenchmarkShortLine(b *testing.B) {
	benchmarkRead(b, "普法 长铺社区 昨天 120人 资料300份")
}

func BenchmarkForm(b *testing.B) {
	benchmarkRead(b, "普法宣传\n地点：长铺社区\n时间：3月8日\n参加：320人\n资料：500份")
}

// BenchmarkLong grows the text to the longest message, 4,096 characters: time must grow with it, no faster.
func BenchmarkLong(b *testing.B) {
	all := []rune(strings.Repeat(prose, 30))
	for _, n := range []int{512, 1024, 2048, 4096} {
		b.Run(map[int]string{512: "512", 1024: "1024", 2048: "2048", 4096: "4096"}[n], func(b *testing.B) {
			benchmarkRead(b, string(all[:n]))
		})
	}
}

// BenchmarkDense reads 4,096 characters of nothing but figures.
func BenchmarkDense(b *testing.B) {
	benchmarkRead(b, string([]rune(strings.Repeat("普法50人资料100份慰问5户", 300))[:4096]))
}

func benchmarkRead(b *testing.B, text string) {
	r := testReader(b)
	c := Context{Today: day(b, "2026-11-24"), Area: 2}
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		r.Read(text, c)
	}
}
