# Bokmål, the language of the product: the other catalogues follow this one, message for message.
#
# One catalogue serves Rust (fluent-bundle, crates/locale) and TypeScript (@fluent/bundle).
# - Whole sentences. What code puts into one is a name, a number, a clock time, a weekday or a month.
# - Both sides turn Unicode isolation off, and show a number without grouping ("1234 uleste"):
#   in TypeScript, pass `new FluentNumber(n, { useGrouping: false })`.
# - In five families a key ends in a name from the wire, and holds nothing else: `connection-degraded`,
#   `delivery-sent`, `error-rate_limited`, `role-tutor`, `status-away`.
# - Typing, statuses, relative times and "Kunne ikke sende" are the customer's wording, letter by letter
#   (three full stops in "skriver...", no "for" before "5 min siden").
# - $count, $max and $day are numbers; $time is "14:05"; $year is text, and so is everything else.

## Typing

typing-unnamed = skriver...
typing-one = { $name } skriver...
typing-two = { $first } og { $second } skriver...
typing-many = { $count } skriver...

## Presence

status-online = Tilgjengelig
status-away = Borte
status-busy = Opptatt
status-offline = Frakoblet

last-seen-now = Sist sett nå
last-seen-minutes = Sist sett { $count } min siden
last-seen-hours =
    { $count ->
        [one] Sist sett 1 time siden
       *[other] Sist sett { $count } timer siden
    }
last-seen-yesterday = Sist sett i går kl. { $time }
last-seen-weekday = Sist sett { $weekday } kl. { $time }
last-seen-date = Sist sett { $day }. { $month } kl. { $time }
last-seen-date-year = Sist sett { $day }. { $month } { $year } kl. { $time }

## Times

# How long ago, or when: inside a sentence or after a name.
time-now = nå
time-minutes = { $count } min siden
time-hours =
    { $count ->
        [one] 1 time siden
       *[other] { $count } timer siden
    }
time-today = i dag kl. { $time }
time-yesterday = i går kl. { $time }
time-tomorrow = i morgen kl. { $time }
time-weekday = { $weekday } kl. { $time }
time-date = { $day }. { $month } kl. { $time }
time-date-year = { $day }. { $month } { $year } kl. { $time }

# The full date and time, for a tooltip or a screen reader.
time-full = { $weekday } { $day }. { $month } { $year } kl. { $time }

# A row of the chat list; today is the bare clock time.
list-yesterday = i går
list-weekday = { $weekday }
list-date = { $day }. { $month }
list-date-year = { $day }. { $month } { $year }

# The line between two days of a conversation.
day-today = I dag
day-yesterday = I går
day-date = { $weekday } { $day }. { $month }
day-date-year = { $weekday } { $day }. { $month } { $year }

# Weekdays count from Monday, as in ISO 8601.
weekday-1 = mandag
weekday-2 = tirsdag
weekday-3 = onsdag
weekday-4 = torsdag
weekday-5 = fredag
weekday-6 = lørdag
weekday-7 = søndag

month-1 = januar
month-2 = februar
month-3 = mars
month-4 = april
month-5 = mai
month-6 = juni
month-7 = juli
month-8 = august
month-9 = september
month-10 = oktober
month-11 = november
month-12 = desember

## Errors

# One sentence for each stable code: what is wrong, without "prøv igjen", which `retry-in-…` adds.
error-bad_request = Forespørselen er ikke gyldig.
error-bad_frame = Serveren forsto ikke det appen sendte.
error-too_large = Det du prøvde å sende, er for stort.
error-unauthorized = Du må logge inn for å fortsette.
error-token_expired = Innloggingen har gått ut, så du må logge inn på nytt.
error-forbidden = Du har ikke lov til å gjøre dette.
error-not_participant = Du er ikke med i denne samtalen.
error-not_found = Det du leter etter, finnes ikke.
error-id_conflict = Denne meldingen er allerede sendt med et annet innhold.
error-content_empty = Meldingen er tom.
error-content_too_long = Meldingen er for lang.
error-content_invalid = Meldingen inneholder tegn som ikke kan sendes.
error-rate_limited = Det gikk litt for fort.
error-too_many = Grensen er nådd, så det er ikke plass til flere.
error-unmatched_topic = Serveren kjenner ikke denne kanalen.
error-not_joined = Du er ikke koblet til denne samtalen ennå.
error-join_limit = Du har for mange samtaler åpne samtidig.
error-unsupported_version = Denne versjonen av appen er for gammel og må oppdateres.
error-blocked = Du kan ikke kontakte denne personen.
error-unavailable = Tjenesten er ikke tilgjengelig akkurat nå.
error-draining = Serveren starter på nytt, og du kobles til igjen straks.
error-internal = Noe gikk galt hos oss.
error-offline = Du er ikke på nett.
error-timeout = Serveren svarte ikke i tide.
error-queue_full = For mange meldinger venter på å bli sendt.
error-expired = Meldingen ventet for lenge og ble ikke sendt.
error-cancelled = Sendingen ble avbrutt.
error-unknown = Noe gikk galt.

# An error's sentence, then how long to wait.
retry-in-seconds =
    { $count ->
        [one] { $error } Prøv igjen om 1 sekund.
       *[other] { $error } Prøv igjen om { $count } sekunder.
    }
retry-in-minutes =
    { $count ->
        [one] { $error } Prøv igjen om 1 minutt.
       *[other] { $error } Prøv igjen om { $count } minutter.
    }
retry-in-hours =
    { $count ->
        [one] { $error } Prøv igjen om 1 time.
       *[other] { $error } Prøv igjen om { $count } timer.
    }

## Actions

action-retry = Prøv igjen
action-retry-all = Prøv alle igjen
action-delete = Slett
action-edit = Rediger
action-reply = Svar
action-react = Reager
action-send = Send
action-cancel = Avbryt
action-search = Søk
action-copy = Kopier
action-leave = Forlat samtalen

## Connection

connection-idle = Ikke tilkoblet
connection-connecting = Kobler til…
connection-connected = Tilkoblet
connection-reconnecting = Frakoblet - prøver å koble til...
connection-degraded = Tilkoblet, men tregere enn vanlig
connection-offline = Frakoblet. Meldinger sendes når du er på nett.
connection-failed = Får ikke kontakt med serveren.

## People

role-owner = eier
role-tutor = lærer
role-student = elev
role-guardian = foresatt
role-observer = observatør
role-unknown = deltaker

person-unnamed = Uten navn
guardian-can-read = Foresatt kan lese
participants =
    { $count ->
        [one] 1 deltaker
       *[other] { $count } deltakere
    }

## Messages

delivery-sending = Sender
delivery-sent = Sendt
delivery-delivered = Levert
delivery-read = Lest
delivery-failed = Kunne ikke sende

message-edited = redigert
message-deleted = Meldingen er slettet
message-you = Du
message-preview-own = Du: { $text }
message-preview-named = { $name }: { $text }
message-draft = Utkast: { $text }
message-reply-to = Svar til { $name }
message-reactions =
    { $count ->
        [one] 1 reaksjon
       *[other] { $count } reaksjoner
    }
message-replies =
    { $count ->
        [one] 1 svar
       *[other] { $count } svar
    }
message-stale = Meldingen har ventet i over et døgn. Vil du fortsatt sende den?

unread =
    { $count ->
        [one] 1 ulest
       *[other] { $count } uleste
    }
unread-over =
    { $count ->
        [one] Over 1 ulest
       *[other] Over { $count } uleste
    }

## System messages

system-chat-created = { $actor } startet samtalen
system-added = { $name } ble lagt til
system-added-by = { $actor } la til { $name }
system-joined = { $name } ble med i samtalen
system-left = { $name } forlot samtalen
system-removed = { $name } ble fjernet
system-removed-by = { $actor } fjernet { $name }
system-title-changed = Samtalen heter nå «{ $title }»
system-title-changed-by = { $actor } endret navnet på samtalen til «{ $title }»
system-title-removed = Samtalen har ikke lenger et navn
system-role-changed = { $name } er nå { $role }
system-unknown = Samtalen ble endret

## The terminal app

tui-chats-title = Samtaler
tui-chats-empty = Du har ingen samtaler ennå.
tui-chats-loading = Henter samtalene…
tui-chat-untitled = Samtale uten navn
tui-chat-none-selected = Velg en samtale for å lese den.
tui-messages-title = Meldinger
tui-messages-empty = Ingen har skrevet noe her ennå.
tui-messages-loading = Henter meldingene…
tui-messages-loading-older = Henter eldre meldinger…
tui-messages-beginning = Dette er starten på samtalen.
tui-messages-below =
    { $count ->
        [one] ↓ 1 ny
       *[other] ↓ { $count } nye
    }
tui-participants-title = Deltakere
tui-composer-title = Ny melding
tui-composer-placeholder = Skriv en melding
tui-composer-editing = Redigerer meldingen
tui-composer-replying = Svarer { $name }
tui-composer-length = { $count } av { $max } tegn
tui-search-title = Søk
tui-search-prompt = Søk i meldingene:
tui-search-loading = Søker…
tui-search-empty = Ingen treff på «{ $query }».
tui-search-count =
    { $count ->
        [one] 1 treff
       *[other] { $count } treff
    }
tui-search-offline = Du må være på nett for å søke.
tui-react-title = Velg en reaksjon
tui-react-remove = Fjern reaksjonen
tui-delete-title = Slette meldingen?
tui-delete-question = Meldingen blir borte for alle i samtalen.
tui-quit-title = Avslutte?
tui-quit-question =
    { $count ->
        [one] 1 melding er ikke sendt. Den sendes neste gang du åpner appen.
       *[other] { $count } meldinger er ikke sendt. De sendes neste gang du åpner appen.
    }
tui-answer-yes = Ja
tui-answer-no = Nei
tui-offline-banner = Frakoblet. Meldinger sendes når du er på nett.
tui-failed-banner =
    { $count ->
        [one] 1 melding kunne ikke sendes.
       *[other] { $count } meldinger kunne ikke sendes.
    }
tui-waiting-banner =
    { $count ->
        [one] 1 melding venter på å bli sendt.
       *[other] { $count } meldinger venter på å bli sendt.
    }
tui-removed-banner = Du er ikke lenger med i denne samtalen.
tui-signed-in = Logget inn som { $name }
tui-too-small = Vinduet er for lite.
tui-help-title = Hjelp
tui-help-send = send
tui-help-newline = ny linje
tui-help-reply = svar
tui-help-edit = rediger
tui-help-delete = slett
tui-help-react = reager
tui-help-retry = prøv igjen
tui-help-search = søk
tui-help-open = åpne
tui-help-select = velg
tui-help-scroll = bla
tui-help-next-chat = neste samtale
tui-help-previous-chat = forrige samtale
tui-help-switch = bytt felt
tui-help-participants = deltakere
tui-help-help = hjelp
tui-help-cancel = avbryt
tui-help-close = lukk
tui-help-quit = avslutt
tui-in-thread = i en tråd
tui-composer-read-only = Du kan bare lese i denne samtalen.
tui-message-lost = Fant ikke meldingen.
tui-muted-mark = dempet
tui-muted = «{ $name }» er dempet.
tui-unmuted = «{ $name }» er ikke dempet lenger.
tui-leave-title = Forlate samtalen?
tui-leave-question = Du får ikke lenger meldinger fra «{ $name }».
tui-new-chat-title = Ny samtale
tui-new-chat-people = Hvem skal være med? Bruker-id-er, med mellomrom mellom:
tui-new-chat-name = Navn på samtalen (kan stå tomt):
tui-new-chat-make = start samtalen
tui-new-chat-bad-id = «{ $name }» er ikke en gyldig bruker-id.
tui-new-chat-bad-title = Navnet er for langt.
tui-status-title = Status
tui-status-automatic = Automatisk
tui-search-here = i denne samtalen
tui-search-everywhere = i alle samtaler
tui-search-offline-hits = Bare det som er lagret her.
tui-help-everywhere = Overalt
tui-help-status = status
tui-help-new-chat = ny samtale
tui-help-newest = til de nyeste meldingene
tui-help-edit-last = rediger forrige melding
tui-help-retry-all = prøv alle igjen
tui-help-give-up = slett en melding som ikke ble sendt
tui-help-mute = demp
tui-help-leave = forlat samtalen
tui-help-write = skriv
tui-help-reconnect = koble til på nytt

## Components of the web: the conversation

## Components of the web: lists, search and panels

## The web app

## The developer tools
