package bot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huibao/sandbox/county"
)

// maskCases are the table that the tests, the fuzz targets and the benchmark share. The numbers are made up; their check
// digits are right unless the case says otherwise. An empty kinds means: nothing is masked.
var maskCases = []struct {
	name, text, masked string
	kinds              []SecretKind
}{
	{"identity card", "张某 430527198001011232 家暴来访", "张某 ****************** 家暴来访", ids},
	{"identity card with X", "身份证43052719800101103X，已调解", "身份证******************，已调解", ids},
	{"identity card with small x", "43052719800101103x", "******************", ids},
	{"identity card in full width", "４３０５２７１９８００１０１１０３Ｘ", "******************", ids},
	{"identity card with the Roman ten", "43052719800101103Ⅹ", "******************", ids},
	{"identity card 6-8-4", "430527 19800101 1232", "****** ******** ****", ids},
	{"identity card 6-4-4-4 with hyphens", "430527-1980-0101-1232", "******-****-****-****", ids},
	{"identity card with X apart", "430527 19800101 103 X。", "****** ******** *** *。", ids},
	{"identity card in odd groups", "43 0527 1980 01 01 123 2", "** **** **** ** ** *** *", ids},
	{"identity card digit by digit", "4 3 0 5 2 7 1 9 8 0 0 1 0 1 1 2 3 2", "* * * * * * * * * * * * * * * * * *", ids},
	{"identity card digit by digit before an item of a list", "4 3 0 5 2 7 1 9 8 0 0 1 0 1 1 2 3 2\n2. 江口园社区 45人",
		"* * * * * * * * * * * * * * * * * *\n2. 江口园社区 45人", ids},
	{"phone digit by digit before an item of a list", "1. 1 3 8 1 2 3 4 5 6 7 8", "1. 1 3 8 1 2 3 4 5 6 7 8", nil},
	{"phone digit by digit on a line of its own", "和平45\n1 3 8 1 2 3 4 5 6 7 8\n2. 江口园社区 45人", "和平45\n* * * * * * * * * * *\n2. 江口园社区 45人", phones},
	{"identity card over a line end", "身份证4305271980\n01011232\n资料20份", "身份证**********\n********\n资料20份", ids},
	{"identity card over a line end before X", "43052719800101103\r\nX", "*****************\r\n*", ids},
	{"identity card with zero width characters", "4305\u200b27198001\u200d011232\ufeff", "****\u200b********\u200d******\ufeff", ids},
	{"identity card with full width spaces", "430527　19800101　1232", "******　********　****", ids},
	{"identity card with no-break spaces", "430527\u00a019800101\u00a01232", "******\u00a0********\u00a0****", ids},
	{"identity card touching letters", "ID430527198001011232ok", "ID******************ok", ids},
	{"residence permit of Hong Kong", "810000199408230021", "******************", ids},
	{"foreigner's residence card", "911124198108030024", "******************", ids},
	{"born on 29 February 2000", "43052720000229123X", "******************", ids},
	{"identity card of 15 digits", "430527800101123", "***************", ids},
	{"identity card of 15 digits 6-6-3", "430527 800101 123", "****** ****** ***", ids},
	{"identity card with a slip", "430527198001011234", "******************", ids},
	{"identity card 6-8-4 with a slip", "430527 19800101 1234", "****** ******** ****", ids},
	{"identity card with a slip before X", "43052719800101123X", "******************", ids},
	{"identity card with a slip before X, in groups", "430527 19800101 123X", "****** ******** ****", ids},
	{"two cards in a row", "430527198001011232 430527800101123", "****************** ***************", ids},

	{"phone", "电话13812345678。", "电话***********。", phones},
	{"phone 3-4-4", "138 1234 5678", "*** **** ****", phones},
	{"phone with hyphens", "138-1234-5678", "***-****-****", phones},
	{"phone with dots", "138．1234·5678", "***．****·****", phones},
	{"phone with underscores", "138_1234_5678", "***_****_****", phones},
	{"phone with a mark between spaces", "138 - 1234 - 5678", "*** - **** - ****", phones},
	{"phone 3-8", "138 12345678", "*** ********", phones},
	{"phone 7-4", "1381234 5678", "******* ****", phones},
	{"phone 4-4-3 with hyphens", "1381-2345-678", "****-****-***", phones},
	{"phone with country code", "+8613812345678", "+*************", phones},
	{"phone with country code apart", "+86 138 1234 5678", "+86 *** **** ****", phones},
	{"phone with country code in brackets", "（+86）138-1234-5678", "（+86）***-****-****", phones},
	{"phone with country code on the first group", "86138 1234 5678", "***** **** ****", phones},
	{"phone with 0086", "008613812345678", "***************", phones},
	{"phone with a trunk zero", "013812345678", "************", phones},
	{"phone in full width", "１３８１２３４５６７８", "***********", phones},
	{"phone digit by digit", "电话1 3 8 1 2 3 4 5 6 7 8", "电话* * * * * * * * * * *", phones},
	{"phone over a line end", "电话138123\n45678", "电话******\n*****", phones},
	{"phone in bold marks", "**13812345678**", "***************", phones},
	{"phone after a count", "320 13812345678", "320 ***********", phones},
	{"phone after an item number", "1.13812345678", "1.***********", phones},
	{"two phones", "13812345678 13987654321", "*********** ***********", phones},
	{"two phones in groups", "138 1234 5678 139 8765 4321", "*** **** **** *** **** ****", phones},
	{"phone in groups after a count", "320 138 1234 5600", "320 *** **** ****", phones},
	{"round phone alone", "电话138 1200 5600。", "电话*** **** ****。", phones},
	{"phone after a keycap", "1️⃣13812345678", "1️⃣***********", phones},

	{"bank card of 19 digits", "卡号6222021234567890128", "卡号*******************", cards},
	{"bank card of 16 digits", "6228480012345671", "****************", cards},
	{"bank card 4-4-4-4-3", "6222 0212 3456 7890 128", "**** **** **** **** ***", cards},
	{"bank card 4-4-4-4 with hyphens", "6228-4800-1234-5671", "****-****-****-****", cards},
	{"bank card 6-13", "622202 1234567890128", "****** *************", cards},
	{"bank card over a line end", "6222021234\n567890128", "**********\n*********", cards},
	{"bank card in full width", "６２２８４８００１２３４５６７１", "****************", cards},
	{"bank card with a slip", "6222021234567890123", "*******************", cards},
	{"first cards of a state bank", "9558801234567890128", "*******************", cards},
	{"Visa", "4111111111111111", "****************", cards},
	{"Visa of 13 digits", "4222222222222", "*************", cards},
	{"Mastercard", "5555555555554444", "****************", cards},
	{"Mastercard of the second range", "2223000048400011", "****************", cards},
	{"JCB", "3530111333300000", "****************", cards},
	{"American Express 4-6-5", "3782 822463 10005", "**** ****** *****", cards},
	{"Diners Club", "30569309025904", "**************", cards},

	{"all kinds", "430527198001011232，13812345678，6228480012345671",
		"******************，***********，****************", []SecretKind{IDCard, Phone, BankCard}},
	{"between emoji", "🎉13812345678🎉", "🎉***********🎉", phones},

	{"nothing", "", "", nil},
	{"counts", "普法 320人 资料500份", "普法 320人 资料500份", nil},
	{"day without separators", "20261120 普法 120人", "20261120 普法 120人", nil},
	{"count and day", "普法 150 20260308", "普法 150 20260308", nil},
	{"day and time", "2026-11-20 09:30:15 320", "2026-11-20 09:30:15 320", nil},
	{"range of days", "2026.11.20-2026.11.22", "2026.11.20-2026.11.22", nil},
	{"document number", "绥妇字〔2020〕8号 2020 0008 0001", "绥妇字〔2020〕8号 2020 0008 0001", nil},
	{"amount", "保费15000000.50元", "保费15000000.50元", nil},
	{"list of numbers", "长铺社区300 大公坪250 和平150 320 500 12", "长铺社区300 大公坪250 和平150 320 500 12", nil},
	{"list that adds up to eleven digits", "和平150 320 500 12 1500 1200 320", "和平150 320 500 12 1500 1200 320", nil},
	{"list of round numbers", "和平 320 150 3200 7000", "和平 320 150 3200 7000", nil},
	{"column that reads like a phone", "150\n3210\n7040", "150\n3210\n7040", nil},
	{"column of numbers", "和平150\n320\n500\n12\n46", "和平150\n320\n500\n12\n46", nil},
	{"list of single digits", "1 3 8 1 2 3 4 5 6 7 8 9", "1 3 8 1 2 3 4 5 6 7 8 9", nil},
	{"area codes", "430527100001 430527101201 320", "430527100001 430527101201 320", nil},
	{"landline and hotline", "0739-7611234，12338，(0739)7611234", "0739-7611234，12338，(0739)7611234", nil},
	{"unified social credit code", "114305270061234562", "114305270061234562", nil},
	{"wrong check digit of an identity card in odd groups", "43 0527 1980 01 01 123 4", "43 0527 1980 01 01 123 4", nil},
	{"area, day and number of a form", "430527202603080012", "430527202603080012", nil},
	{"no such province", "170527198001011239", "170527198001011239", nil},
	{"no such day", "430527198002301231", "430527198002301231", nil},
	{"29 February 1900", "430527190002291233", "430527190002291233", nil},
	{"wrong check digit of a card in groups", "6222 0212 3456 7890 123", "6222 0212 3456 7890 123", nil},
	{"wrong check digit of a card that is none of UnionPay's", "4111111111111112", "4111111111111112", nil},
	{"no issuer", "7222021234567892", "7222021234567892", nil},
	{"telephone inside a longer run", "91381234567812", "91381234567812", nil},
	{"no such mobile", "12812345678", "12812345678", nil},
	{"two line ends", "138\n\n12345678", "138\n\n12345678", nil},
	{"far apart", "138    1234    5678", "138    1234    5678", nil},
	{"in columns of a table", "138\t1234\t5678", "138\t1234\t5678", nil},
	{"masked already", "138****5678", "138****5678", nil},
	{"product", "18×1.2万＝21.6万元", "18×1.2万＝21.6万元", nil},
	{"broken bytes between", "138\xff12345678", "138\xff12345678", nil},
}

var (
	ids    = []SecretKind{IDCard}
	phones = []SecretKind{Phone}
	cards  = []SecretKind{BankCard}
)

func TestMask(t *testing.T) {
	for _, c := range maskCases {
		t.Run(c.name, func(t *testing.T) {
			masked, found := mask(c.text)
			if masked != c.masked {
				t.Errorf("mask(%q)\n got %q\nwant %q", c.text, masked, c.masked)
			}
			var kinds []SecretKind
			for _, s := range found {
				if len(kinds) == 0 || kinds[len(kinds)-1] != s.kind {
					kinds = append(kinds, s.kind)
				}
			}
			if diff := cmp.Diff(c.kinds, kinds); diff != "" {
				t.Errorf("kinds of %q (-want +got):\n%s", c.text, diff)
			}
			checkMask(t, c.text)
		})
	}
}

// checkMask checks what holds for every text: the length in UTF-16 units stays, only digits and X become asterisks, and
// masking again changes nothing.
func checkMask(t testing.TB, text string) {
	t.Helper()
	masked, found := mask(text)
	if (len(found) == 0) != (masked == text) {
		t.Errorf("mask(%q): %d found, but text is %q", text, len(found), masked)
	}
	before, after := utf16.Encode([]rune(text)), utf16.Encode([]rune(masked))
	if len(before) != len(after) {
		t.Fatalf("mask(%q): %d UTF-16 units became %d", text, len(before), len(after))
	}
	for i := range before {
		if _, class := classify(rune(before[i])); before[i] != after[i] &&
			(after[i] != '*' || class != classDigit && class != classCross) {
			t.Errorf("mask(%q): unit %d became %q", text, i, rune(after[i]))
		}
	}
	if again, more := mask(masked); again != masked || len(more) > 0 {
		t.Errorf("mask(%q) = %q, masked again %q", text, masked, again)
	}
}

// A long list slides through the chain's window; a number at any place in it must still be seen.
func TestMaskInLongChain(t *testing.T) {
	for before := range 3 * maxDigits {
		for _, number := range []string{"430527 19800101 1232", "430527-19800101-103-X", "4 3 0 5 2 7 1 9 8 0 0 1 0 1 1 2 3 2", "138 1234 5678"} {
			// Twos begin no province, mobile or card that could swallow a part of the list.
			text := strings.Repeat("2 ", before) + number + strings.Repeat(" 2", before)
			masked, _ := mask(text)
			if strings.Count(masked, "*") < 11 || strings.ContainsAny(masked, "45678") {
				t.Fatalf("%d before: mask(%q) = %q", before, text, masked)
			}
			checkMask(t, text)
		}
	}
}

// Promise to the cadre: whatever way a number is written, it is not stored. 5,000 of each kind.
func TestMaskFindsEveryNumber(t *testing.T) {
	makers := map[SecretKind]func(*rand.Rand) string{IDCard: randomIDCard, Phone: randomPhone, BankCard: randomBankCard}
	for kind, make := range makers {
		t.Run(string(kind), func(t *testing.T) {
			r := rand.New(rand.NewPCG(3, 9))
			for range 5000 {
				number := make(r)
				text := surround(r, dress(r, kind, number))
				masked, found := mask(text)
				if !foundKind(found, kind) {
					t.Fatalf("%s in %q not found", number, text)
				}
				if left := strings.Count(masked, "*"); left < len(number) {
					t.Fatalf("mask(%q) = %q: %d of %d digits masked", text, masked, left, len(number))
				}
				checkMask(t, text)
			}
		})
	}
}

func foundKind(found []secret, kind SecretKind) bool {
	for _, s := range found {
		if s.kind == kind {
			return true
		}
	}
	return false
}

func randomIDCard(r *rand.Rand) string {
	provinces := []string{"11", "13", "21", "31", "37", "43", "43", "43", "44", "52", "54", "65"}
	day := time.Date(1930, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(33000))
	body := fmt.Sprintf("%s%04d%s%03d", provinces[r.IntN(len(provinces))], 100+r.IntN(9800), day.Format("20060102"), r.IntN(1000))
	if r.IntN(5) == 0 && day.Year() < 2000 {
		return body[:6] + body[8:] // the old form
	}
	return body + checkDigit(body)
}

// checkDigit computes ISO 7064 MOD 11-2 by Horner's rule, unlike the code under test.
func checkDigit(body string) string {
	sum := 0
	for _, digit := range body {
		sum = (sum + int(digit-'0')) * 2 % 11
	}
	return string("0123456789X"[(12-sum)%11])
}

func randomPhone(r *rand.Rand) string {
	return fmt.Sprintf("1%d%09d", 3+r.IntN(7), r.IntN(1e9))
}

func randomBankCard(r *rand.Rand) string {
	prefixes := []struct {
		prefix string
		length int
	}{{"622202", 19}, {"622848", 19}, {"621700", 19}, {"622588", 16}, {"436742", 19}, {"955880", 19}, {"622169", 18}, {"4", 16}, {"53", 16}}
	p := prefixes[r.IntN(len(prefixes))]
	body := p.prefix
	for len(body) < p.length-1 {
		body += string(rune('0' + r.IntN(10)))
	}
	for last := '0'; ; last++ {
		if digits := []byte(body + string(last)); luhnByTable(digits) {
			return string(digits)
		}
	}
}

// luhnByTable is the rule told another way: from the right, every second digit by the table of its doubled digit sums.
func luhnByTable(digits []byte) bool {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d = [10]int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}[d]
		}
		sum += d
	}
	return sum%10 == 0
}

// dress writes a number the ways people do.
func dress(r *rand.Rand, kind SecretKind, number string) string {
	gaps := []string{" ", "-", "　", "\u00a0", "·", "．", "_", " - ", "－"}
	gap := gaps[r.IntN(len(gaps))]
	switch r.IntN(7) {
	case 0:
		number = inGroups(number, gap, cuts(kind, len(number))...)
	case 1:
		number = inGroups(number, "\u200b", 1+r.IntN(len(number)-1))
	case 2:
		number = inGroups(number, "\n", 4+r.IntN(3))
	case 3:
		number = strings.Join(strings.Split(number, ""), " ")
	case 4:
		if kind == Phone {
			number = []string{"86", "+86", "0086", "+86 "}[r.IntN(4)] + number
		}
	}
	if r.IntN(4) == 0 {
		number = fullWidth(number)
	}
	return number
}

func cuts(kind SecretKind, length int) []int {
	switch {
	case kind == Phone:
		return []int{3, 7}
	case kind == IDCard && length == 15:
		return []int{6, 12}
	case kind == IDCard:
		return []int{6, 14}
	}
	return []int{4, 8, 12, 16}
}

// inGroups cuts a number at the given places and joins it by gap.
func inGroups(number, gap string, cuts ...int) string {
	var parts []string
	done := 0
	for _, cut := range cuts {
		if cut < len(number) {
			parts = append(parts, number[done:cut])
			done = cut
		}
	}
	return strings.Join(append(parts, number[done:]), gap)
}

func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' || r == 'X' {
			return r + '０' - '0'
		}
		return r
	}, s)
}

func surround(r *rand.Rand, number string) string {
	texts := []string{"%s", "张某 %s 家暴来访", "身份证：%s，已调解1起", "卡号%s\n金额500元", "普法 320人 资料500份 联系人%s", "（%s）", "𠮷🎉%s🎉",
		"3月8日走访12户，%s，慰问金6000元", "<b>%s</b>", "ID%s。", "\"%s\""}
	return fmt.Sprintf(texts[r.IntN(len(texts))], number)
}

// False masks cost a cadre a number: fewer than one text in a thousand of what messages are full of.
func TestMaskLeavesOtherNumbers(t *testing.T) {
	const texts = 20000
	kinds := map[string]func(*rand.Rand) string{
		"counts": func(r *rand.Rand) string {
			return fmt.Sprintf("普法 %d人 资料%d份 走访%d户", r.IntN(2000), r.IntN(9999), r.IntN(90))
		},
		"list with spaces": randomList(" "),
		"list in a column": randomList("\n"),
		"list with commas": randomList("，"),
		"days": func(r *rand.Rand) string {
			return randomDays(r, []string{"20060102", "2006-01-02", "2006.1.2", "2006/01/02"})
		},
		"days and counts": func(r *rand.Rand) string {
			return fmt.Sprintf("%d. %s %d %d", 1+r.IntN(20), randomDays(r, []string{"2006-01-02", "2006.1.2"}), r.IntN(500), r.IntN(90))
		},
		"times": func(r *rand.Rand) string {
			return randomDays(r, []string{"2006-01-02 15:04:05", "20060102150405", "0102 1504"})
		},
		"document numbers": func(r *rand.Rand) string { return fmt.Sprintf("绥妇字〔20%02d〕%d号", r.IntN(30), r.IntN(300)) },
		"amounts": func(r *rand.Rand) string {
			return fmt.Sprintf("慰问金%d.%02d元 保费%d元", r.IntN(2e6), r.IntN(100), 100*r.IntN(3e5))
		},
		"area codes": func(r *rand.Rand) string {
			return fmt.Sprintf("430527%03d%03d %d", 100+r.IntN(118), r.IntN(300), r.IntN(900))
		},
		// Not those of an area, a day and a number: one in eleven has the check digit of a small child's card.
		"serial numbers": func(r *rand.Rand) string {
			return "流水号" + randomDays(r, []string{"20060102150405"})[:14] + fmt.Sprint(r.IntN(1e5))
		},
		"credit codes": func(r *rand.Rand) string { return fmt.Sprintf("1%d430527%09d%d", 1+r.IntN(3), r.IntN(1e9), r.IntN(10)) },
		"landlines":    func(r *rand.Rand) string { return fmt.Sprintf("0739-%07d 12338", r.IntN(1e7)) },
	}
	for name, make := range kinds {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(11, 25))
			wrong := 0
			for range texts {
				text := make(r)
				if _, found := mask(text); len(found) > 0 {
					wrong++
					t.Logf("masked in %q", text)
				}
			}
			if wrong > texts/1000 {
				t.Errorf("%d of %d texts masked", wrong, texts)
			}
		})
	}
}

// Of what a county writes in a year, as its demonstration has it, and of the messages that reading is measured by, nothing is
// masked but what points at a person.
func TestMaskLeavesTheCountysYear(t *testing.T) {
	var texts []string
	zone := time.FixedZone("", 8*3600)
	for seed := range uint64(5) {
		for _, m := range county.Year(seed, time.Date(2025, 3, 3, 0, 0, 0, 0, zone), time.Date(2026, 3, 9, 0, 0, 0, 0, zone)) {
			texts = append(texts, m.Text)
		}
	}
	second := must(os.ReadFile(filepath.Join("..", "reading", "testdata", "second.jsonl")))
	for line := range bytes.Lines(second) {
		var m struct {
			Text   string
			Masked []string
		}
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatal(err)
		}
		if len(m.Masked) == 0 {
			texts = append(texts, m.Text)
		}
	}
	numbers, wrong := 0, 0
	for _, text := range texts {
		numbers += len(numerals.FindAllString(text, -1))
		if masked, found := mask(text); len(found) > 0 {
			wrong++
			t.Logf("masked: %q", masked)
		}
	}
	t.Logf("%d messages with %d numbers, %d masked", len(texts), numbers, wrong)
	if numbers < 20000 {
		t.Errorf("only %d numbers", numbers)
	}
	if wrong > numbers/1000 {
		t.Errorf("%d of %d numbers masked", wrong, numbers)
	}
}

var numerals = regexp.MustCompile(`[0-9０-９]+`)

// randomList makes lists of two to seven counts, most of them round, as cadres report them.
func randomList(gap string) func(*rand.Rand) string {
	return func(r *rand.Rand) string {
		numbers := make([]string, 2+r.IntN(6))
		for i := range numbers {
			n := []int{r.IntN(10), r.IntN(100), r.IntN(1000), 10 * r.IntN(100), 100 * r.IntN(100), 1000 * r.IntN(50)}[r.IntN(6)]
			numbers[i] = fmt.Sprint(n)
		}
		return "和平" + strings.Join(numbers, gap)
	}
}

func randomDays(r *rand.Rand, layouts []string) string {
	t := time.Date(2024, 1, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(r.IntN(3*365*24*3600)) * time.Second)
	layout := layouts[r.IntN(len(layouts))]
	return t.Format(layout) + " " + t.AddDate(0, 0, r.IntN(5)).Format(layout)
}

func TestMaskProperties(t *testing.T) {
	alphabet := rapid.SampledFrom([]rune("0123456789138680XxＸ０１３ \u3000\u00a0\n\r-．·_*\u200b\u200d,，人a🎉\ufffd"))
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(alphabet, 0, 120, -1).Draw(t, "text")
		masked, _ := mask(text)
		if len(utf16.Encode([]rune(masked))) != len(utf16.Encode([]rune(text))) {
			t.Fatalf("length of %q changed: %q", text, masked)
		}
		if again, _ := mask(masked); again != masked {
			t.Fatalf("mask(%q) = %q, again %q", text, masked, again)
		}
	})
}

// A text made to be slow, one chain from end to end, takes no more memory than a short one.
func TestMaskMemoryDoesNotGrow(t *testing.T) {
	allocs := func(n int) float64 {
		src := []byte(strings.Repeat("2 ", n))
		return testing.AllocsPerRun(1, func() { findSecrets(src, false) })
	}
	if short, long := allocs(100), allocs(1_000_000); long > short {
		t.Errorf("a chain of 1,000,000 groups allocates %.0f times, of 100 %.0f times", long, short)
	}
}

func FuzzMask(f *testing.F) {
	for _, c := range maskCases {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkMask(t, text) })
}

func BenchmarkMask(b *testing.B) {
	for name, text := range map[string]string{
		"short line":       "普法 320人 资料500份",
		"with a card":      "张某 430527198001011232 家暴来访，已调解1起",
		"4096 characters":  strings.Repeat("3月8日，长铺镇妇联在长铺社区开展普法宣传，参加群众320余人。", 128),
		"4096 digits":      strings.Repeat("1380", 1024),
		"4096 in a chain":  strings.Repeat("4 3 ", 1024),
		"200 phones a row": strings.Repeat("138 1234 5678 ", 200),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				mask(text)
			}
		})
	}
}
