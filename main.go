// Huibao (汇报) counts the work of a county women's federation: its cadres report once from the phone, and every tally
// follows. This file is the table of contents: the commands, the settings, and the order in which the rooms are opened.
package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // the county's zone on machines without a zone database

	"github.com/alecthomas/kong"

	"huibao/bot"
	"huibao/store"
)

type commands struct {
	settings

	Demo     demoCommand     `cmd:"" help:"Start a county to try: a sandbox for Telegram, a year of reports, the bot, and a chat page. Needs no token and no network."`
	Run      runCommand      `cmd:"" help:"Run the bot."`
	Read     readCommand     `cmd:"" help:"Print what the bot understands of messages."`
	Import   importCommand   `cmd:"" help:"Import areas or members from CSV or XLSX; shows what would change, and does it with --yes."`
	Export   exportCommand   `cmd:"" help:"Export the register, the reports or the ledger."`
	Tally    tallyCommand    `cmd:"" help:"Print a tally."`
	Digest   digestCommand   `cmd:"" help:"Make a digest as the bot would send it: text, a picture, a workbook, a document."`
	Invite   inviteCommand   `cmd:"" help:"Make a one-use invitation; how the first administrator comes in."`
	Revoke   revokeCommand   `cmd:"" help:"End what a person may do; what they reported stays."`
	Handover handoverCommand `cmd:"" help:"Give a cadre's area to a successor, with the reports that wait."`
	Audit    auditCommand    `cmd:"" help:"Who administered what, and when."`
	Doctor   doctorCommand   `cmd:"" help:"Look at everything the bot needs, and say what to do; it may run."`
	Purge    purgeCommand    `cmd:"" help:"Remove the words of messages before a day; numbers, reports and revisions stay. The bot must not run."`
	Aliases  aliasesCommand  `cmd:"" help:"The words that members taught the bot."`
	Backup   backupCommand   `cmd:"" help:"Copy the database and check the copy; the bot may run."`
	Restore  restoreCommand  `cmd:"" help:"Bring a copy back; shows what it holds, and does it with --yes. The bot must not run."`
	Torture  tortureCommand  `cmd:"" help:"Try the bot hard on this machine, against the sandbox: kills, a full disk, clock jumps, a bad network; or long, with --soak."`
	Migrate  migrateCommand  `cmd:"" help:"Move the database between a file and PostgreSQL, row by row, and check it. The bot must not run."`
	Verify   verifyCommand   `cmd:"" help:"Recompute every number from the reports and compare."`
	Version  versionCommand  `cmd:"" help:"Print which program this is."`
}

// settings come from the environment. None of them is ever printed with its value: kong quotes a bad value in its error,
// so the token is checked by hand.
type settings struct {
	Token      string  `env:"HUIBAO_TOKEN" hidden:"" help:"The bot's token."`
	TokenFile  string  `env:"HUIBAO_TOKEN_FILE" help:"File that holds the bot's token (or set HUIBAO_TOKEN)."`
	APIURL     string  `name:"api-url" env:"HUIBAO_API_URL" default:"https://api.telegram.org" help:"Bot API server."`
	DB         string  `name:"db" env:"HUIBAO_DB" default:"huibao.db" help:"The database file."`
	TZ         string  `name:"tz" env:"HUIBAO_TZ" default:"Asia/Shanghai" help:"The county's time zone."`
	Catalogue  string  `env:"HUIBAO_CATALOGUE" help:"The county's own catalogue of activities (YAML)."`
	Template   string  `env:"HUIBAO_TEMPLATE" help:"The county's own template of the year's work summary."`
	SendRate   float64 `env:"HUIBAO_SEND_RATE" default:"30" help:"Messages a second over all chats; 0 lifts every limit, for a Bot API server of one's own."`
	LogLevel   string  `env:"HUIBAO_LOG" enum:"debug,info,warn,error" default:"info" help:"What is logged."`
	Weekly     string  `env:"HUIBAO_WEEKLY" default:"0 8 * * 1" help:"When the weekly digest goes out, a cron spec in the county's zone."`
	Monthly    string  `env:"HUIBAO_MONTHLY" default:"0 8 1 * *" help:"When the monthly digest goes out."`
	Quarterly  string  `env:"HUIBAO_QUARTERLY" default:"0 8 1 1,4,7,10 *" help:"When the quarterly digest goes out."`
	HalfYearly string  `env:"HUIBAO_HALF_YEARLY" default:"0 8 1 1,7 *" help:"When the digest of a half year goes out."`
	Yearly     string  `env:"HUIBAO_YEARLY" default:"0 8 1 1 *" help:"When the year's totals go out, a cron spec in the county's zone."`
	Listen     string  `name:"listen-on" env:"HUIBAO_LISTEN" help:"Address to listen on, such as 127.0.0.1:8080: /healthz, /metrics, and the webhook if one is set."`
	HookURL    string  `name:"webhook-url" env:"HUIBAO_WEBHOOK_URL" help:"HTTPS address where Telegram delivers messages, of a proxy that passes them on to HUIBAO_LISTEN; without it they are fetched."`
	HookSecret string  `name:"webhook-secret" env:"HUIBAO_WEBHOOK_SECRET" hidden:"" help:"What Telegram sends along to show that it is Telegram."`
	ClockURL   string  `env:"HUIBAO_CLOCK_URL" hidden:"" help:"A clock to follow in place of the machine's, for trying things out."`

	backupSettings
}

// world is what every command gets from outside: its output, its clock, its end.
type world struct {
	ctx      context.Context
	out, err io.Writer
	now      func() time.Time
	settings *settings
	zone     *time.Location
	log      *slog.Logger
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr, time.Now)
	stop()
	os.Exit(code)
}

// run carries out one command line and gives the exit code. Tests call it as main does.
func run(ctx context.Context, args []string, out, errout io.Writer, now func() time.Time) int {
	var cli commands
	exit := -1
	parser, err := kong.New(&cli, kong.Name("huibao"), kong.Writers(out, errout), kong.Exit(func(code int) { exit = code }),
		kong.Description("汇报 huibao: report once from the phone; every tally follows."), kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(errout, "huibao:", err)
		return 2
	}
	command, err := parser.Parse(args)
	if exit >= 0 { // --help
		return exit
	}
	complain := &said{errout, &cli.settings}
	if err != nil {
		fmt.Fprintln(complain, "huibao:", err)
		return 2
	}
	w := &world{ctx: ctx, out: &said{out, &cli.settings}, err: complain, now: now, settings: &cli.settings}
	if err := w.prepare(); err == nil {
		err = command.Run(w)
		if err == nil || errors.Is(err, context.Canceled) {
			return 0
		}
		fmt.Fprintln(w.err, "huibao:", err)
		return 1
	} else {
		fmt.Fprintln(w.err, "huibao:", err)
		return 2
	}
}

// prepare finds the database, loads the zone and makes the logger.
func (w *world) prepare() error {
	if !store.OnServer(w.settings.DB) {
		database, err := filepath.Abs(cmp.Or(w.settings.DB, "huibao.db")) // set but empty is as good as not set
		if err != nil {
			return fmt.Errorf("HUIBAO_DB: %w", err)
		}
		w.settings.DB = database
	}
	zone, err := time.LoadLocation(w.settings.TZ)
	if err != nil {
		return fmt.Errorf("HUIBAO_TZ %q: expected a zone such as Asia/Shanghai", w.settings.TZ)
	}
	w.zone = zone
	if err := w.settings.readToken(); err != nil {
		return err
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(w.settings.LogLevel)); err != nil {
		return fmt.Errorf("HUIBAO_LOG: %w", err)
	}
	w.log = slog.New(slog.NewTextHandler(w.err, &slog.HandlerOptions{Level: level}))
	return nil
}

// hasDatabase tells whether there is a database to look into: a command that only reads makes none.
func (s *settings) hasDatabase() bool {
	if store.OnServer(s.DB) {
		return true
	}
	_, err := os.Stat(s.DB)
	return err == nil
}

func (s *settings) readToken() error {
	if s.Token == "" && s.TokenFile != "" {
		b, err := os.ReadFile(s.TokenFile)
		if err != nil {
			return fmt.Errorf("read the token from HUIBAO_TOKEN_FILE: %w", err)
		}
		s.Token = string(b)
	}
	s.Token = strings.TrimSpace(s.Token)
	return nil
}

func (w *world) storeOptions() store.Options {
	return store.Options{Now: w.now, Location: w.zone, Log: w.log}
}

// openBeside opens the database for a short command, which may run while the bot does.
func (w *world) openBeside() (*store.DB, error) {
	return store.OpenBeside(w.ctx, w.settings.DB, w.storeOptions())
}

// change runs f in one transaction, and prints what f says once that has committed: f may be run more than once.
func (w *world) change(db *store.DB, f func(tx *store.Tx, out io.Writer) error) error {
	var said bytes.Buffer
	err := db.Write(w.ctx, func(tx *store.Tx) error {
		said.Reset()
		return f(tx, &said)
	})
	if err != nil {
		return err
	}
	_, err = said.WriteTo(w.out)
	return err
}

// runCommand is the bot of production and of the demo alike: only the server's address and the clock differ.
type runCommand struct{}

func (runCommand) Run(w *world) error {
	if w.settings.Token == "" {
		return errors.New("no token: ask @BotFather on Telegram for one and set HUIBAO_TOKEN or HUIBAO_TOKEN_FILE; to try without a token: huibao demo")
	}
	if err := bot.CheckToken(w.settings.Token); err != nil {
		return err
	}
	if u, err := url.Parse(w.settings.APIURL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return fmt.Errorf("HUIBAO_API_URL %q: expected a URL such as https://api.telegram.org", w.settings.APIURL)
	}
	hook, err := w.settings.webhook()
	if err != nil {
		return err
	}
	clock, err := w.clock()
	if err != nil {
		return err
	}
	w.now = clock.now
	db, err := store.Open(w.ctx, w.settings.DB, w.storeOptions())
	if err != nil {
		return err
	}
	err = w.serve(db, clock.moved, hook)
	if closing := db.Close(); err == nil {
		err = closing
	}
	return err
}
