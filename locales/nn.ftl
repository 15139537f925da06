# Nynorsk. The same messages with the same variables as nb.ftl, whose opening comment tells the rules.

## Typing

typing-unnamed = skriv...
typing-one = { $name } skriv...
typing-two = { $first } og { $second } skriv...
typing-many = { $count } skriv...

## Presence

status-online = Tilgjengeleg
status-away = Borte
status-busy = Oppteken
status-offline = Fråkopla

last-seen-now = Sist sett no
last-seen-minutes = Sist sett { $count } min sidan
last-seen-hours =
    { $count ->
        [one] Sist sett 1 time sidan
       *[other] Sist sett { $count } timar sidan
    }
last-seen-yesterday = Sist sett i går kl. { $time }
last-seen-weekday = Sist sett { $weekday } kl. { $time }
last-seen-date = Sist sett { $day }. { $month } kl. { $time }
last-seen-date-year = Sist sett { $day }. { $month } { $year } kl. { $time }

## Times

# How long ago, or when: inside a sentence or after a name.
time-now = no
time-minutes = { $count } min sidan
time-hours =
    { $count ->
        [one] 1 time sidan
       *[other] { $count } timar sidan
    }
time-today = i dag kl. { $time }
time-yesterday = i går kl. { $time }
time-tomorrow = i morgon kl. { $time }
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
weekday-1 = måndag
weekday-2 = tysdag
weekday-3 = onsdag
weekday-4 = torsdag
weekday-5 = fredag
weekday-6 = laurdag
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
error-bad_request = Førespurnaden er ikkje gyldig.
error-bad_frame = Tenaren forstod ikkje det appen sende.
error-too_large = Det du prøvde å sende, er for stort.
error-unauthorized = Du må logge inn for å halde fram.
error-token_expired = Innlogginga har gått ut, så du må logge inn på nytt.
error-forbidden = Du har ikkje lov til å gjere dette.
error-not_participant = Du er ikkje med i denne samtalen.
error-not_found = Det du leitar etter, finst ikkje.
error-id_conflict = Denne meldinga er allereie send med eit anna innhald.
error-content_empty = Meldinga er tom.
error-content_too_long = Meldinga er for lang.
error-content_invalid = Meldinga inneheld teikn som ikkje kan sendast.
error-rate_limited = Det gjekk litt for fort.
error-too_many = Grensa er nådd, så det er ikkje plass til fleire.
error-unmatched_topic = Tenaren kjenner ikkje denne kanalen.
error-not_joined = Du er ikkje kopla til denne samtalen enno.
error-join_limit = Du har for mange samtalar opne samtidig.
error-unsupported_version = Denne versjonen av appen er for gammal og må oppdaterast.
error-blocked = Du kan ikkje kontakte denne personen.
error-unavailable = Tenesta er ikkje tilgjengeleg akkurat no.
error-draining = Tenaren startar på nytt, og du blir kopla til igjen straks.
error-internal = Noko gjekk gale hos oss.
error-offline = Du er ikkje på nett.
error-timeout = Tenaren svara ikkje i tide.
error-queue_full = For mange meldingar ventar på å bli sende.
error-expired = Meldinga venta for lenge og vart ikkje send.
error-cancelled = Sendinga vart avbroten.
error-unknown = Noko gjekk gale.

# An error's sentence, then how long to wait.
retry-in-seconds =
    { $count ->
        [one] { $error } Prøv igjen om 1 sekund.
       *[other] { $error } Prøv igjen om { $count } sekund.
    }
retry-in-minutes =
    { $count ->
        [one] { $error } Prøv igjen om 1 minutt.
       *[other] { $error } Prøv igjen om { $count } minutt.
    }
retry-in-hours =
    { $count ->
        [one] { $error } Prøv igjen om 1 time.
       *[other] { $error } Prøv igjen om { $count } timar.
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

connection-idle = Ikkje tilkopla
connection-connecting = Koplar til…
connection-connected = Tilkopla
connection-reconnecting = Fråkopla - prøver å kople til...
connection-degraded = Tilkopla, men tregare enn vanleg
connection-offline = Fråkopla. Meldingar blir sende når du er på nett.
connection-failed = Får ikkje kontakt med tenaren.

## People

role-owner = eigar
role-tutor = lærar
role-student = elev
role-guardian = føresett
role-observer = observatør
role-unknown = deltakar

person-unnamed = Utan namn
guardian-can-read = Føresett kan lese
participants =
    { $count ->
        [one] 1 deltakar
       *[other] { $count } deltakarar
    }

## Messages

delivery-sending = Sender
delivery-sent = Sendt
delivery-delivered = Levert
delivery-read = Lesen
delivery-failed = Kunne ikkje sende

message-edited = redigert
message-deleted = Meldinga er sletta
message-you = Du
message-preview-own = Du: { $text }
message-preview-named = { $name }: { $text }
message-draft = Utkast: { $text }
message-reply-to = Svar til { $name }
message-reactions =
    { $count ->
        [one] 1 reaksjon
       *[other] { $count } reaksjonar
    }
message-replies =
    { $count ->
        [one] 1 svar
       *[other] { $count } svar
    }
message-stale = Meldinga har venta i over eit døgn. Vil du framleis sende ho?

unread =
    { $count ->
        [one] 1 ulesen
       *[other] { $count } ulesne
    }
unread-over =
    { $count ->
        [one] Over 1 ulesen
       *[other] Over { $count } ulesne
    }

## System messages

system-chat-created = { $actor } starta samtalen
system-added = { $name } vart lagd til
system-added-by = { $actor } la til { $name }
system-joined = { $name } vart med i samtalen
system-left = { $name } forlét samtalen
system-removed = { $name } vart fjerna
system-removed-by = { $actor } fjerna { $name }
system-title-changed = Samtalen heiter no «{ $title }»
system-title-changed-by = { $actor } endra namnet på samtalen til «{ $title }»
system-title-removed = Samtalen har ikkje lenger eit namn
system-role-changed = { $name } er no { $role }
system-unknown = Samtalen vart endra

## The terminal app

tui-chats-title = Samtalar
tui-chats-empty = Du har ingen samtalar enno.
tui-chats-loading = Hentar samtalane…
tui-chat-untitled = Samtale utan namn
tui-chat-none-selected = Vel ein samtale for å lese han.
tui-messages-title = Meldingar
tui-messages-empty = Ingen har skrive noko her enno.
tui-messages-loading = Hentar meldingane…
tui-messages-loading-older = Hentar eldre meldingar…
tui-messages-beginning = Dette er starten på samtalen.
tui-messages-below =
    { $count ->
        [one] ↓ 1 ny
       *[other] ↓ { $count } nye
    }
tui-participants-title = Deltakarar
tui-composer-title = Ny melding
tui-composer-placeholder = Skriv ei melding
tui-composer-editing = Redigerer meldinga
tui-composer-replying = Svarar { $name }
tui-composer-length = { $count } av { $max } teikn
tui-search-title = Søk
tui-search-prompt = Søk i meldingane:
tui-search-loading = Søker…
tui-search-empty = Ingen treff på «{ $query }».
tui-search-count =
    { $count ->
        [one] 1 treff
       *[other] { $count } treff
    }
tui-search-offline = Du må vere på nett for å søke.
tui-react-title = Vel ein reaksjon
tui-react-remove = Fjern reaksjonen
tui-delete-title = Slette meldinga?
tui-delete-question = Meldinga blir borte for alle i samtalen.
tui-quit-title = Avslutte?
tui-quit-question =
    { $count ->
        [one] 1 melding er ikkje send. Ho blir send neste gong du opnar appen.
       *[other] { $count } meldingar er ikkje sende. Dei blir sende neste gong du opnar appen.
    }
tui-answer-yes = Ja
tui-answer-no = Nei
tui-offline-banner = Fråkopla. Meldingar blir sende når du er på nett.
tui-failed-banner =
    { $count ->
        [one] 1 melding kunne ikkje sendast.
       *[other] { $count } meldingar kunne ikkje sendast.
    }
tui-waiting-banner =
    { $count ->
        [one] 1 melding ventar på å bli send.
       *[other] { $count } meldingar ventar på å bli sende.
    }
tui-removed-banner = Du er ikkje lenger med i denne samtalen.
tui-signed-in = Logga inn som { $name }
tui-too-small = Vindauget er for lite.
tui-help-title = Hjelp
tui-help-send = send
tui-help-newline = ny linje
tui-help-reply = svar
tui-help-edit = rediger
tui-help-delete = slett
tui-help-react = reager
tui-help-retry = prøv igjen
tui-help-search = søk
tui-help-open = opne
tui-help-select = vel
tui-help-scroll = bla
tui-help-next-chat = neste samtale
tui-help-previous-chat = førre samtale
tui-help-switch = byt felt
tui-help-participants = deltakarar
tui-help-help = hjelp
tui-help-cancel = avbryt
tui-help-close = lukk
tui-help-quit = avslutt
tui-in-thread = i ein tråd
tui-composer-read-only = Du kan berre lese i denne samtalen.
tui-message-lost = Fann ikkje meldinga.
tui-muted-mark = dempa
tui-muted = «{ $name }» er dempa.
tui-unmuted = «{ $name }» er ikkje dempa lenger.
tui-leave-title = Forlate samtalen?
tui-leave-question = Du får ikkje lenger meldingar frå «{ $name }».
tui-new-chat-title = Ny samtale
tui-new-chat-people = Kven skal vere med? Brukar-id-ar, med mellomrom mellom:
tui-new-chat-name = Namn på samtalen (kan stå tomt):
tui-new-chat-make = start samtalen
tui-new-chat-bad-id = «{ $name }» er ikkje ein gyldig brukar-id.
tui-new-chat-bad-title = Namnet er for langt.
tui-status-title = Status
tui-status-automatic = Automatisk
tui-search-here = i denne samtalen
tui-search-everywhere = i alle samtalar
tui-search-offline-hits = Berre det som er lagra her.
tui-help-everywhere = Overalt
tui-help-status = status
tui-help-new-chat = ny samtale
tui-help-newest = til dei nyaste meldingane
tui-help-edit-last = rediger førre melding
tui-help-retry-all = prøv alle igjen
tui-help-give-up = slett ei melding som ikkje vart send
tui-help-mute = demp
tui-help-leave = forlat samtalen
tui-help-write = skriv
tui-help-reconnect = kople til på nytt

## Components of the web: the conversation

## Components of the web: lists, search and panels

## The web app

## The developer tools
