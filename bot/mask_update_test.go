package bot

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// updateCases are raw updates and what must be stored of them. want is empty where nothing changes.
var updateCases = []struct {
	name, raw, want string
	kinds           []SecretKind
}{
	{
		"message",
		`{"update_id":813000000,"message":{"message_id":7,"date":1773018000,"chat":{"id":13812345678,"type":"private"},"text":"张某 430527198001011232 家暴来访"}}`,
		`{"update_id":813000000,"message":{"message_id":7,"date":1773018000,"chat":{"id":13812345678,"type":"private"},"text":"张某 ****************** 家暴来访"}}`,
		ids,
	},
	{
		"caption, contact, names, quote and poll",
		`{"caption":"13812345678","contact":{"phone_number":"+8613812345678","vcard":"TEL:13812345678\r\nEND"},"from":{"first_name":"李13812345678"},` +
			`"quote":{"text":"13812345678"},"poll":{"question":"13812345678?","options":[{"text":"13812345678","persistent_id":"0"}]},"entities":[{"url":"tel:13812345678"}]}`,
		`{"caption":"***********","contact":{"phone_number":"+*************","vcard":"TEL:***********\r\nEND"},"from":{"first_name":"李***********"},` +
			`"quote":{"text":"***********"},"poll":{"question":"***********?","options":[{"text":"***********","persistent_id":"0"}]},"entities":[{"url":"tel:***********"}]}`,
		phones,
	},
	{
		"escapes",
		`{"text":"\u0031\uFF13\u0038 1234\u30005678\n\u0031\u0033\u0038\/"}`,
		`{"text":"*** ****\u3000****\n\u0031\u0033\u0038\/"}`,
		phones,
	},
	{
		"escaped line end, quote and backslash",
		`{"text":"138123\n45678","caption":"a\\\"13812345678\\"}`,
		`{"text":"******\n*****","caption":"a\\\"***********\\"}`,
		phones,
	},
	{
		"an escaped backslash is no escape",
		`{"text":"\\u0031 13812345678"}`,
		`{"text":"\\u0031 ***********"}`,
		phones,
	},
	{
		"spaces and order stay",
		"{ \"z\" : 1.50e3 ,\n\t\"a\" : [ \"6228480012345671\" , null, true ] }\n",
		"{ \"z\" : 1.50e3 ,\n\t\"a\" : [ \"****************\" , null, true ] }\n",
		cards,
	},
	{
		"data of a web app is a person's",
		`{"message":{"web_app_data":{"data":"13812345678"}}}`,
		`{"message":{"web_app_data":{"data":"***********"}}}`,
		phones,
	},
	{
		"several kinds, each once",
		`["13812345678","6228480012345671","13812345679"]`,
		`["***********","****************","***********"]`,
		[]SecretKind{Phone, BankCard},
	},
	{"a bare string", `"13812345678"`, `"***********"`, phones},
	{
		name: "handles",
		raw: `{"callback_query":{"id":"6228480012345671","chat_instance":"6228480012345671","data":"u:13812345678","inline_message_id":"13812345678",` +
			`"from":{"id":13812345678,"username":"li_13812345678"},"message":{"reply_markup":{"inline_keyboard":[[{"text":"改","callback_data":"u:13812345678"}]]},` +
			`"photo":[{"file_id":"13812345678","file_unique_id":"13812345678"}],"media_group_id":"6228480012345671"}},"option_persistent_ids":["13812345678"],"file_hash":"13812345678"}`,
	},
	{name: "keys", raw: `{"13812345678":{"430527198001011232":[{"6228480012345671":1}]}}`},
	{name: "numbers", raw: `{"text":13812345678,"a":[6228480012345671,430527198001011232]}`},
	{name: "two strings side by side", raw: `["138","12345678"]`},
	{name: "empty", raw: `{}`},
}

func TestMaskUpdate(t *testing.T) {
	for _, c := range updateCases {
		t.Run(c.name, func(t *testing.T) {
			want := c.want
			if want == "" {
				want = c.raw
			}
			masked, kinds, err := MaskUpdate([]byte(c.raw))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, string(masked)); diff != "" {
				t.Errorf("masked (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.kinds, kinds); diff != "" {
				t.Errorf("kinds (-want +got):\n%s", diff)
			}
			checkMaskUpdate(t, []byte(c.raw))
		})
	}
}

// Promise: a body that does not decode is stored for the administrator, but no person's number in it.
func TestMaskUpdateOfWhatIsNoJSON(t *testing.T) {
	for name, c := range map[string]struct{ raw, want string }{
		"cut off":          {`{"message":{"text":"身份证430527198001011232，电话13812345678`, `{"message":{"text":"身份证******************，电话***********`},
		"text":             {"电话 138 1234 5678", "电话 *** **** ****"},
		"bytes":            {"\xff\xfe13812345678\x00", "\xff\xfe***********\x00"},
		"HTML":             {"<p>13812345678</p>", "<p>***********</p>"},
		"escaped":          {`{"text":"\u00313812345678`, `{"text":"***********`},
		"line end escaped": {`{"text":"138123\n45678`, `{"text":"******\n*****`},
		"broken escapes":   {`\u12 \uzzzz 13812345678 \`, `\u12 \uzzzz *********** \`},
		"one backslash":    {`\`, `\`},
		"too deep":         {strings.Repeat("[", 20000) + `"13812345678"`, strings.Repeat("[", 20000) + `"***********"`},
		"nothing":          {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			masked, _, err := MaskUpdate([]byte(c.raw))
			if err == nil {
				t.Error("no error")
			}
			if string(masked) != c.want {
				t.Errorf("got %q, want %q", masked, c.want)
			}
			checkMaskUpdate(t, []byte(c.raw))
		})
	}
}

// The texts of the other table must be masked alike inside a JSON string.
func TestMaskUpdateMasksAsMaskDoes(t *testing.T) {
	for _, c := range maskCases {
		raw, err := json.Marshal(map[string]string{"text": c.text})
		if err != nil {
			t.Fatal(err)
		}
		masked, _, err := MaskUpdate(raw)
		if err != nil {
			t.Fatal(err)
		}
		var got struct{ Text string }
		if err := json.Unmarshal(masked, &got); err != nil {
			t.Fatalf("%s: %v in %s", c.name, err, masked)
		}
		if want := strings.ToValidUTF8(c.masked, "\ufffd"); got.Text != want {
			t.Errorf("%s: got %q, want %q", c.name, got.Text, want)
		}
	}
}

// checkMaskUpdate checks what holds for all bytes: an error exactly when they are no JSON, the input untouched, masking
// again changes nothing, and JSON stays the same but for the strings, which are masked as mask does it or are handles.
func checkMaskUpdate(t *testing.T, raw []byte) {
	t.Helper()
	before := bytes.Clone(raw)
	masked, kinds, err := MaskUpdate(raw)
	if !bytes.Equal(before, raw) {
		t.Errorf("MaskUpdate changed its argument %q to %q", before, raw)
	}
	if (err == nil) != json.Valid(raw) || json.Valid(masked) != json.Valid(raw) {
		t.Fatalf("MaskUpdate(%q) = %q, %v", raw, masked, err)
	}
	if (len(kinds) == 0) != bytes.Equal(raw, masked) {
		t.Errorf("MaskUpdate(%q) = %q, but kinds %v", raw, masked, kinds)
	}
	if again, _, _ := MaskUpdate(masked); !bytes.Equal(again, masked) {
		t.Errorf("MaskUpdate(%q) = %q, again %q", raw, masked, again)
	}
	if err == nil {
		compareTokens(t, raw, masked)
	}
}

func compareTokens(t *testing.T, raw, masked []byte) {
	t.Helper()
	a, b := json.NewDecoder(bytes.NewReader(raw)), json.NewDecoder(bytes.NewReader(masked))
	a.UseNumber()
	b.UseNumber()
	for {
		x, errX := a.Token()
		y, errY := b.Token()
		if errX == io.EOF && errY == io.EOF {
			return
		}
		if errX != nil || errY != nil {
			t.Fatalf("decoding %q and %q: %v, %v", raw, masked, errX, errY)
		}
		if x == y {
			continue
		}
		text, isString := x.(string)
		if want, _ := mask(text); !isString || want != y {
			t.Errorf("MaskUpdate(%q) = %q: token %v became %v", raw, masked, x, y)
		}
	}
}

func FuzzMaskUpdate(f *testing.F) {
	for _, c := range updateCases {
		f.Add([]byte(c.raw))
	}
	f.Add([]byte(`{"text":"13812345678`))
	f.Add([]byte(`{"a":{"b":["\ud83c\udf89 138 1234 5678",{"id":"x"}],"data":"6228480012345671"}}`))
	f.Fuzz(func(t *testing.T, raw []byte) { checkMaskUpdate(t, raw) })
}

func BenchmarkMaskUpdate(b *testing.B) {
	message := updateCases[0].raw
	for name, raw := range map[string]string{
		"message":          message,
		"nothing to mask":  strings.ReplaceAll(message, "430527198001011232", ""),
		"a body of 10 MB":  "[" + strings.Repeat(message+",", 10<<20/len(message)) + "1]",
		"10 MB of no JSON": strings.Repeat(message+",", 10<<20/len(message)),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				MaskUpdate([]byte(raw))
			}
		})
	}
}
