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
error-unknown_message = Meldingen finnes ikke her lenger.
error-unknown_op = Dette kan ikke angres eller prøves igjen nå.
error-unknown_chat = Samtalen finnes ikke her.
error-not_yours = Du kan bare endre dine egne meldinger.
error-signed_out = Du er logget ut.
error-engine_failed = Appen kom ikke i gang. Last siden på nytt.
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

ui-messages = Meldinger
ui-messages-start = Dette er starten på samtalen
ui-messages-empty = Ingen har skrevet noe her ennå.
ui-messages-write = Skriv den første meldingen
ui-messages-loading = Henter meldingene
ui-messages-newest = Til de nyeste meldingene
ui-messages-newest-unread =
    { $count ->
        [one] Til 1 ny melding
       *[other] Til { $count } nye meldinger
    }
ui-messages-arrived =
    { $count ->
        [one] 1 ny melding
       *[other] { $count } nye meldinger
    }
ui-messages-failed =
    { $count ->
        [one] 1 melding kunne ikke sendes.
       *[other] { $count } meldinger kunne ikke sendes.
    }
ui-messages-lost = Fant ikke meldingen.
ui-message-in-thread = I en tråd
ui-message-name = { $name }, { $time }: { $text }
ui-message-more = Flere valg
ui-message-tools = Handlinger for meldingen
ui-message-quote = Gå til meldingen
ui-message-quote-missing = Meldingen er ikke tilgjengelig.
ui-message-thread = Svar i tråd
ui-message-send-now = Send nå
ui-message-edit-failed = Endringen ble ikke lagret.
ui-message-delete-failed = Meldingen ble ikke slettet.
ui-message-undo = Angre
ui-message-delete-title = Slette meldingen?
ui-message-delete-question = Meldingen blir borte for alle i samtalen.
ui-message-discard-question = Meldingen er ikke sendt, og teksten blir borte.
ui-reactions = Reaksjoner
ui-reaction = { $emoji }, { $names }
ui-reaction-names-more =
    { $count ->
        [one] { $names } og 1 til
       *[other] { $names } og { $count } til
    }
ui-reaction-count =
    { $count ->
        [one] 1 person
       *[other] { $count } personer
    }
ui-composer = Melding
ui-composer-placeholder = Skriv en melding
ui-composer-thread-placeholder = Svar i tråden
ui-composer-editing = Redigerer meldingen
ui-composer-replying = Svarer { $name }
ui-composer-replying-self = Svarer deg selv
ui-composer-cancel-edit = Avbryt redigeringen
ui-composer-cancel-reply = Avbryt svaret
ui-composer-save = Lagre
ui-composer-left =
    { $count ->
        [one] 1 tegn igjen
       *[other] { $count } tegn igjen
    }
ui-composer-over =
    { $count ->
        [one] 1 tegn for mye
       *[other] { $count } tegn for mye
    }
ui-composer-read-only = Du kan bare lese i denne samtalen.
ui-composer-emoji = Sett inn emoji
ui-emoji-title = Velg en emoji
ui-emoji-search = Søk etter emoji
ui-emoji-loading = Henter emoji
ui-emoji-empty = Ingen emoji passer.
ui-emoji-quick = Vanlige reaksjoner
ui-emoji-more = Flere emoji
ui-emoji-skin = Hudtone
ui-thread = Tråd
ui-thread-close = Lukk tråden
ui-thread-lost = Tråden finnes ikke lenger.

## Components of the web: lists, search and panels

ui-close = Lukk
ui-back = Tilbake
ui-save = Lagre
ui-chats-label = Samtaler
ui-chats-loading = Henter samtalene…
ui-chats-empty = Du har ingen samtaler ennå.
ui-chats-none-found = Ingen samtaler passer til «{ $query }».
ui-chat-options = Valg for «{ $name }»
ui-chat-mark-read = Merk som lest
ui-chat-mute-hours =
    { $count ->
        [one] Demp i 1 time
       *[other] Demp i { $count } timer
    }
ui-chat-mute = Demp til jeg slår på igjen
ui-chat-unmute = Slå på varsler
ui-chat-muted = Dempet
ui-chat-muted-until = Dempet til { $time }
ui-chat-not-muted = Du får varsler om nye meldinger.
ui-chat-failed = En melding kunne ikke sendes
ui-chat-no-messages = Ingen har skrevet noe her ennå
ui-header-members =
    { $online ->
        [one] { $count } deltakere, 1 tilgjengelig
       *[other] { $count } deltakere, { $online } tilgjengelige
    }
ui-header-search = Søk i samtalen
ui-header-people = Deltakere og valg
ui-search-title = Søk i meldinger
ui-search-placeholder = Hva leter du etter?
ui-search-scope = Hvor det søkes
ui-search-here = Denne samtalen
ui-search-everywhere = Alle samtaler
ui-search-hint = Søk etter ord i meldingene dine.
ui-search-clear = Tøm søket
ui-search-loading = Søker…
ui-search-offline = Bare det som er lagret her.
ui-search-empty = Ingen treff på «{ $query }».
ui-search-count =
    { $count ->
        [one] 1 treff
       *[other] { $count } treff
    }
ui-search-count-over =
    { $count ->
        [one] Over 1 treff
       *[other] Over { $count } treff
    }
ui-search-more = Vis flere treff
ui-search-in-chat = i { $chat }
ui-panel-title = Om samtalen
ui-panel-people = Deltakere
ui-person-you = { $name } (deg)
ui-person-options = Valg for { $name }
ui-person-make = Gjør til { $role }
ui-person-remove = Fjern fra samtalen
ui-remove-title = Fjerne { $name }?
ui-remove-question = { $name } får ikke lenger lese eller skrive her. Det som alt er skrevet, blir stående.
ui-remove = Fjern
ui-people-add = Legg til deltakere
ui-people-add-done =
    { $count ->
        [one] Legg til 1 deltaker
       *[other] Legg til { $count } deltakere
    }
ui-people-add-none = Legg til
ui-people-search = Søk etter navn
ui-people-or-id = Navn eller bruker-id
ui-people-by-id = Legg til bruker-id «{ $id }»
ui-people-not-found = Fant ingen som passer til «{ $query }».
ui-people-everyone-in = Alle i listen er allerede med.
ui-people-chosen = Valgt
ui-people-drop = Ta bort { $name }
ui-people-role = Rollen til { $name }
ui-people-loading = Leter…
ui-leave-title = Forlate samtalen?
ui-leave-question = Du får ikke lenger meldinger fra «{ $name }».
ui-leave = Forlat
ui-chat-name = Navn på samtalen
ui-chat-name-hint = Uten navn heter samtalen det de andre heter.
ui-chat-rename = Endre navn
ui-chat-notifications = Varsler
ui-history-title = Historikk
ui-history-all = Den som blir lagt til senere, kan lese alt som er skrevet.
ui-history-since_joining = Den som blir lagt til senere, kan bare lese det som skrives fra da av.
ui-history-choose = Hva skal den som blir lagt til senere, kunne lese?
ui-history-choose-all = Alt som er skrevet
ui-history-choose-since_joining = Bare det som skrives fra da av
ui-guardian-note = En foresatt er med og kan lese det som skrives her.
ui-guardian-will-read = { $name } er foresatt og kan lese alt som skrives i samtalen.
ui-guardians-will-read =
    { $count ->
        [one] 1 foresatt er med og kan lese alt som skrives i samtalen.
       *[other] { $count } foresatte er med og kan lese alt som skrives i samtalen.
    }
ui-new-chat = Ny samtale
ui-new-chat-people = Hvem skal være med?
ui-new-chat-start = Start samtalen
ui-sign-in = Logg inn
ui-connection-retry = Koble til nå
ui-update = En ny versjon er klar.
ui-reload = Last inn på nytt
ui-storage-memory = Nettleseren lagrer ikke meldinger. Det som ikke er sendt, blir borte når du lukker vinduet.
ui-storage-tight = Det er lite plass på enheten. Bare meldinger som ikke er sendt, blir lagret.
ui-settings = Innstillinger
ui-language = Språk
ui-language-nb = Bokmål
ui-language-nn = Nynorsk
ui-language-en = English
ui-theme = Utseende
ui-theme-system = Som enheten
ui-theme-light = Lyst
ui-theme-dark = Mørkt
ui-privacy = Hvem ser meg
ui-privacy-presence = Vis når jeg er tilgjengelig
ui-privacy-presence-hint = De du har samtaler med, ser om du er her, og når du sist var innom.
ui-privacy-typing = Vis når jeg skriver
ui-privacy-typing-hint = De andre i samtalen ser at du skriver, ikke hva.
ui-privacy-location = Vis hvilken samtale jeg har åpen
ui-privacy-location-hint = Det er avslått til du slår det på.
ui-status = Status
ui-status-automatic = Automatisk
ui-welcome = Velkommen
ui-welcome-text = Velg språk, og hva andre får se. Du kan endre det når som helst i innstillingene.
ui-welcome-done = Kom i gang
ui-status-set = Endre status
ui-status-mine = Status: { $status }
ui-sign-out = Logg ut
ui-sign-out-title = Logge ut?
ui-sign-out-text = Samtalene blir slettet fra denne enheten. De er der igjen når du logger inn.
ui-sign-out-unsent =
    { $count ->
        [one] 1 melding er ikke sendt. Den går tapt hvis du logger ut nå.
       *[other] { $count } meldinger er ikke sendt. De går tapt hvis du logger ut nå.
    }
ui-sign-out-anyway = Logg ut likevel

## The web app

app-name = Samtale
app-tagline = Samtaler mellom lærere, elever og foresatte.
app-sign-in = Logg inn
app-sign-in-demo = Hvem vil du prøve som?
app-sign-in-demo-text = Menneskene her er oppdiktet. Åpne et vindu til som en annen av dem, og snakk sammen.
app-sign-in-host = Logg inn i tjenesten du bruker Samtale i, så kommer du rett tilbake hit.
app-sign-in-open = Åpne samtalene fra tjenesten du bruker Samtale i.
app-sign-in-key = Logg inn med en nøkkel
app-sign-in-key-label = Nøkkel (JWT) fra tjenesten
app-sign-in-key-invalid = Dette er ikke en gyldig nøkkel.
app-sign-in-key-expired = Nøkkelen har gått ut. Hent en ny i tjenesten.
app-sign-in-offline = Får ikke kontakt med serveren.
app-switch-title = Bytte bruker?
app-switch-text = Du er logget inn som { $name }. Skal du fortsette som { $other }, må { $name } logges ut her først.
app-switch = Logg ut og bytt
app-menu = Meny for { $name }
app-choose-chat = Velg en samtale, eller start en ny.
app-chat-unknown = Denne samtalen finnes ikke, eller du er ikke med i den.
app-chat-not-here = Denne samtalen er ikke lagret på enheten. Den kommer når du er på nett.
app-to-chats = Til samtalene
app-to-messages = Gå til meldingene
app-list-resize = Bredden på samtalelisten
app-crashed = Noe gikk galt i appen. Meldingene dine er trygge.
app-crashed-part = Denne delen av appen stoppet. Meldingene dine er trygge.
app-failed-start = Appen kunne ikke starte i denne nettleseren. Oppdater nettleseren, eller prøv en annen.
app-about = Om Samtale
app-version = Versjon { $version }
app-api-docs = API-dokumentasjon

## The developer tools

devtools-title = Utviklerverktøy
devtools-open = Åpne utviklerverktøyene
devtools-close = Lukk utviklerverktøyene
devtools-copy-report = Kopier rapport
devtools-copied = Kopiert
devtools-copy-failed = Fikk ikke kopiert
devtools-tab-connection = Tilkobling
devtools-tab-queue = Kø
devtools-tab-events = Hendelser
devtools-tab-performance = Ytelse
devtools-none = Ingen
devtools-state = Tilstand
devtools-transport = Transport
devtools-transport-socket = WebSocket
devtools-transport-http = HTTP
devtools-network = Nettverk
devtools-latency = Forsinkelse
devtools-attempts = Forsøk på rad
devtools-next-retry = Neste forsøk
devtools-retry-in =
    { $count ->
        [one] om 1 sekund
       *[other] om { $count } sekunder
    }
devtools-failure = Grunn
devtools-engine = Motor
devtools-storage = Lagring
devtools-user = Bruker
devtools-server = Server
devtools-version = Versjon
devtools-my-status = Min status
devtools-connect = Koble til
devtools-disconnect = Koble fra
devtools-reconnect = Koble til på nytt
devtools-queue-empty = Køen er tom.
devtools-queue-size = { $count } av { $max } operasjoner, { $bytes } av { $limit }
devtools-queue-kind = Operasjon
devtools-queue-state = Tilstand
devtools-queue-attempts = Forsøk
devtools-queue-bytes = Størrelse
devtools-queue-age = Ventet
devtools-queue-chat = Samtale
devtools-queue-actions = Valg
devtools-queue-waiting = venter
devtools-queue-sending = sendes
devtools-queue-delayed = utsatt
devtools-queue-failed = feilet: { $code }
devtools-queue-expired = for gammel
devtools-queue-show-bodies = Vis innhold
devtools-queue-body-hidden = skjult
devtools-queue-body-none = uten tekst
devtools-queue-body = Innhold
devtools-log-filter = Filtrer hendelser
devtools-log-pause = Stans
devtools-log-resume = Fortsett
devtools-log-clear = Tøm
devtools-log-copy = Kopier
devtools-log-empty = Ingen hendelser.
devtools-log-count =
    { $count ->
        [one] 1 hendelse
       *[other] { $count } hendelser
    }
devtools-log-time = Tid
devtools-log-event = Hendelse
devtools-log-code = Kode
devtools-perf-connection = Forbindelsen
devtools-perf-success-rate = Vellykkede tilkoblinger
devtools-perf-mean-latency = Forsinkelse i snitt
devtools-perf-max-latency = Største forsinkelse
devtools-perf-mean-reply = Svartid i snitt
devtools-perf-losses = Brudd
devtools-perf-fallbacks = Overganger til HTTP
devtools-perf-gaps = Hull som ble tettet
devtools-perf-resets = Nullstillinger
devtools-perf-network = Tid på nett, tregt, uten
devtools-perf-messages = Meldinger
devtools-perf-send-rate = Vellykkede sendinger
devtools-perf-queued = Lagt i kø
devtools-perf-acknowledged = Bekreftet
devtools-perf-delivered = Levert
devtools-perf-failed = Feilet
devtools-perf-retries = Nye forsøk
devtools-perf-mean-wait = Fra kø til bekreftelse
devtools-perf-per-request = Operasjoner per forespørsel
devtools-perf-received = Mottatt
devtools-perf-causes = Årsaker til feil
devtools-perf-page = Siden
devtools-perf-frames = Bilder per sekund
devtools-perf-slow-frames = Bilder over 50 ms
devtools-perf-updates = Oppdateringer per sekund
devtools-perf-memory = JavaScript-minne
devtools-perf-storage-used = Lagret på enheten
devtools-perf-behaviour = Bruk
devtools-perf-chats-opened = Samtaler åpnet
devtools-perf-typing-spells = Ganger det ble skrevet
devtools-perf-status-changes = Statusendringer
