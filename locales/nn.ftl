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
error-unknown_message = Meldinga finst ikkje her lenger.
error-unknown_op = Dette kan ikkje angrast eller prøvast igjen no.
error-unknown_chat = Samtalen finst ikkje her.
error-not_yours = Du kan berre endre dine eigne meldingar.
error-signed_out = Du er logga ut.
error-engine_failed = Appen kom ikkje i gang. Last sida på nytt.
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

ui-messages = Meldingar
ui-messages-start = Dette er starten på samtalen
ui-messages-empty = Ingen har skrive noko her enno.
ui-messages-write = Skriv den første meldinga
ui-messages-loading = Hentar meldingane
ui-messages-newest = Til dei nyaste meldingane
ui-messages-newest-unread =
    { $count ->
        [one] Til 1 ny melding
       *[other] Til { $count } nye meldingar
    }
ui-messages-arrived =
    { $count ->
        [one] 1 ny melding
       *[other] { $count } nye meldingar
    }
ui-messages-failed =
    { $count ->
        [one] 1 melding kunne ikkje sendast.
       *[other] { $count } meldingar kunne ikkje sendast.
    }
ui-messages-lost = Fann ikkje meldinga.
ui-message-in-thread = I ein tråd
ui-message-name = { $name }, { $time }: { $text }
ui-message-more = Fleire val
ui-message-tools = Handlingar for meldinga
ui-message-quote = Gå til meldinga
ui-message-quote-missing = Meldinga er ikkje tilgjengeleg.
ui-message-thread = Svar i tråd
ui-message-send-now = Send no
ui-message-edit-failed = Endringa vart ikkje lagra.
ui-message-delete-failed = Meldinga vart ikkje sletta.
ui-message-undo = Angre
ui-message-delete-title = Slette meldinga?
ui-message-delete-question = Meldinga blir borte for alle i samtalen.
ui-message-discard-question = Meldinga er ikkje send, og teksten blir borte.
ui-reactions = Reaksjonar
ui-reaction = { $emoji }, { $names }
ui-reaction-names-more =
    { $count ->
        [one] { $names } og 1 til
       *[other] { $names } og { $count } til
    }
ui-reaction-count =
    { $count ->
        [one] 1 person
       *[other] { $count } personar
    }
ui-composer = Melding
ui-composer-placeholder = Skriv ei melding
ui-composer-thread-placeholder = Svar i tråden
ui-composer-editing = Redigerer meldinga
ui-composer-replying = Svarar { $name }
ui-composer-replying-self = Svarar deg sjølv
ui-composer-cancel-edit = Avbryt redigeringa
ui-composer-cancel-reply = Avbryt svaret
ui-composer-save = Lagre
ui-composer-left =
    { $count ->
        [one] 1 teikn igjen
       *[other] { $count } teikn igjen
    }
ui-composer-over =
    { $count ->
        [one] 1 teikn for mykje
       *[other] { $count } teikn for mykje
    }
ui-composer-read-only = Du kan berre lese i denne samtalen.
ui-composer-emoji = Set inn emoji
ui-emoji-title = Vel ein emoji
ui-emoji-search = Søk etter emoji
ui-emoji-loading = Hentar emoji
ui-emoji-empty = Ingen emoji passar.
ui-emoji-quick = Vanlege reaksjonar
ui-emoji-more = Fleire emoji
ui-emoji-skin = Hudtone
ui-thread = Tråd
ui-thread-close = Lukk tråden
ui-thread-lost = Tråden finst ikkje lenger.

## Components of the web: lists, search and panels

ui-close = Lukk
ui-back = Tilbake
ui-save = Lagre
ui-chats-label = Samtalar
ui-chats-loading = Hentar samtalane…
ui-chats-empty = Du har ingen samtalar enno.
ui-chats-none-found = Ingen samtalar passar til «{ $query }».
ui-chat-options = Val for «{ $name }»
ui-chat-mark-read = Merk som lesen
ui-chat-mute-hours =
    { $count ->
        [one] Demp i 1 time
       *[other] Demp i { $count } timar
    }
ui-chat-mute = Demp til eg slår på igjen
ui-chat-unmute = Slå på varsel
ui-chat-muted = Dempa
ui-chat-muted-until = Dempa til { $time }
ui-chat-not-muted = Du får varsel om nye meldingar.
ui-chat-failed = Ei melding kunne ikkje sendast
ui-chat-no-messages = Ingen har skrive noko her enno
ui-header-members =
    { $online ->
        [one] { $count } deltakarar, 1 tilgjengeleg
       *[other] { $count } deltakarar, { $online } tilgjengelege
    }
ui-header-search = Søk i samtalen
ui-header-people = Deltakarar og val
ui-search-title = Søk i meldingar
ui-search-placeholder = Kva leitar du etter?
ui-search-scope = Kvar det blir søkt
ui-search-here = Denne samtalen
ui-search-everywhere = Alle samtalar
ui-search-hint = Søk etter ord i meldingane dine.
ui-search-clear = Tøm søket
ui-search-loading = Søkjer…
ui-search-offline = Berre det som er lagra her.
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
ui-search-more = Vis fleire treff
ui-search-in-chat = i { $chat }
ui-panel-title = Om samtalen
ui-panel-people = Deltakarar
ui-person-you = { $name } (deg)
ui-person-options = Val for { $name }
ui-person-make = Gjer til { $role }
ui-person-remove = Fjern frå samtalen
ui-remove-title = Fjerne { $name }?
ui-remove-question = { $name } får ikkje lenger lese eller skrive her. Det som alt er skrive, blir ståande.
ui-remove = Fjern
ui-people-add = Legg til deltakarar
ui-people-add-done =
    { $count ->
        [one] Legg til 1 deltakar
       *[other] Legg til { $count } deltakarar
    }
ui-people-add-none = Legg til
ui-people-search = Søk etter namn
ui-people-or-id = Namn eller brukar-id
ui-people-by-id = Legg til brukar-id «{ $id }»
ui-people-not-found = Fann ingen som passar til «{ $query }».
ui-people-everyone-in = Alle i lista er allereie med.
ui-people-chosen = Vald
ui-people-drop = Ta bort { $name }
ui-people-role = Rolla til { $name }
ui-people-loading = Leitar…
ui-leave-title = Forlate samtalen?
ui-leave-question = Du får ikkje lenger meldingar frå «{ $name }».
ui-leave = Forlat
ui-chat-name = Namn på samtalen
ui-chat-name-hint = Utan namn heiter samtalen det dei andre heiter.
ui-chat-rename = Endre namn
ui-chat-notifications = Varsel
ui-history-title = Historikk
ui-history-all = Den som blir lagd til seinare, kan lese alt som er skrive.
ui-history-since_joining = Den som blir lagd til seinare, kan berre lese det som blir skrive frå då av.
ui-history-choose = Kva skal den som blir lagd til seinare, kunne lese?
ui-history-choose-all = Alt som er skrive
ui-history-choose-since_joining = Berre det som blir skrive frå då av
ui-guardian-note = Ein føresett er med og kan lese det som blir skrive her.
ui-guardian-will-read = { $name } er føresett og kan lese alt som blir skrive i samtalen.
ui-guardians-will-read =
    { $count ->
        [one] 1 føresett er med og kan lese alt som blir skrive i samtalen.
       *[other] { $count } føresette er med og kan lese alt som blir skrive i samtalen.
    }
ui-new-chat = Ny samtale
ui-new-chat-people = Kven skal vere med?
ui-new-chat-start = Start samtalen
ui-sign-in = Logg inn
ui-connection-retry = Kople til no
ui-update = Ein ny versjon er klar.
ui-reload = Last inn på nytt
ui-storage-memory = Nettlesaren lagrar ikkje meldingar. Det som ikkje er sendt, blir borte når du lukkar vindauget.
ui-storage-tight = Det er lite plass på eininga. Berre meldingar som ikkje er sende, blir lagra.
ui-settings = Innstillingar
ui-language = Språk
ui-language-nb = Bokmål
ui-language-nn = Nynorsk
ui-language-en = English
ui-theme = Utsjånad
ui-theme-system = Som eininga
ui-theme-light = Lyst
ui-theme-dark = Mørkt
ui-privacy = Kven ser meg
ui-privacy-presence = Vis når eg er tilgjengeleg
ui-privacy-presence-hint = Dei du har samtalar med, ser om du er her, og når du sist var innom.
ui-privacy-typing = Vis når eg skriv
ui-privacy-typing-hint = Dei andre i samtalen ser at du skriv, ikkje kva.
ui-privacy-location = Vis kva samtale eg har open
ui-privacy-location-hint = Det er avslått til du slår det på.
ui-status = Status
ui-status-automatic = Automatisk
ui-welcome = Velkomen
ui-welcome-text = Vel språk, og kva andre får sjå. Du kan endre det når som helst i innstillingane.
ui-welcome-done = Kom i gang
ui-status-set = Endre status
ui-status-mine = Status: { $status }
ui-sign-out = Logg ut
ui-sign-out-title = Logge ut?
ui-sign-out-text = Samtalane blir sletta frå denne eininga. Dei er der igjen når du loggar inn.
ui-sign-out-unsent =
    { $count ->
        [one] 1 melding er ikkje send. Ho går tapt om du loggar ut no.
       *[other] { $count } meldingar er ikkje sende. Dei går tapt om du loggar ut no.
    }
ui-sign-out-anyway = Logg ut likevel

## The web app

app-name = Samtale
app-tagline = Samtalar mellom lærarar, elevar og føresette.
app-sign-in = Logg inn
app-sign-in-demo = Kven vil du prøve som?
app-sign-in-demo-text = Menneska her er oppdikta. Opne eit vindauge til som ein annan av dei, og snakk saman.
app-sign-in-host = Logg inn i tenesta du brukar Samtale i, så kjem du rett tilbake hit.
app-sign-in-open = Opne samtalane frå tenesta du brukar Samtale i.
app-sign-in-key = Logg inn med ein nøkkel
app-sign-in-key-label = Nøkkel (JWT) frå tenesta
app-sign-in-key-invalid = Dette er ikkje ein gyldig nøkkel.
app-sign-in-key-expired = Nøkkelen har gått ut. Hent ein ny i tenesta.
app-sign-in-offline = Får ikkje kontakt med serveren.
app-switch-title = Byte brukar?
app-switch-text = Du er logga inn som { $name }. Skal du halde fram som { $other }, må { $name } loggast ut her først.
app-switch = Logg ut og byt
app-menu = Meny for { $name }
app-choose-chat = Vel ein samtale, eller start ein ny.
app-chat-unknown = Denne samtalen finst ikkje, eller du er ikkje med i han.
app-chat-not-here = Denne samtalen er ikkje lagra på eininga. Han kjem når du er på nett.
app-to-chats = Til samtalane
app-to-messages = Gå til meldingane
app-list-resize = Breidda på samtalelista
app-crashed = Noko gjekk gale i appen. Meldingane dine er trygge.
app-crashed-part = Denne delen av appen stoppa. Meldingane dine er trygge.
app-failed-start = Appen kunne ikkje starte i denne nettlesaren. Oppdater nettlesaren, eller prøv ein annan.
app-about = Om Samtale
app-version = Versjon { $version }
app-api-docs = API-dokumentasjon

## The developer tools

devtools-title = Utviklarverktøy
devtools-open = Opne utviklarverktøya
devtools-close = Lukk utviklarverktøya
devtools-copy-report = Kopier rapport
devtools-copied = Kopiert
devtools-copy-failed = Fekk ikkje kopiert
devtools-tab-connection = Tilkopling
devtools-tab-queue = Kø
devtools-tab-events = Hendingar
devtools-tab-performance = Yting
devtools-none = Ingen
devtools-state = Tilstand
devtools-transport = Transport
devtools-transport-socket = WebSocket
devtools-transport-http = HTTP
devtools-network = Nettverk
devtools-latency = Forseinking
devtools-attempts = Forsøk på rad
devtools-next-retry = Neste forsøk
devtools-retry-in =
    { $count ->
        [one] om 1 sekund
       *[other] om { $count } sekund
    }
devtools-failure = Grunn
devtools-engine = Motor
devtools-storage = Lagring
devtools-user = Brukar
devtools-server = Tenar
devtools-version = Versjon
devtools-my-status = Min status
devtools-connect = Kople til
devtools-disconnect = Kople frå
devtools-reconnect = Kople til på nytt
devtools-queue-empty = Køen er tom.
devtools-queue-size = { $count } av { $max } operasjonar, { $bytes } av { $limit }
devtools-queue-kind = Operasjon
devtools-queue-state = Tilstand
devtools-queue-attempts = Forsøk
devtools-queue-bytes = Storleik
devtools-queue-age = Venta
devtools-queue-chat = Samtale
devtools-queue-actions = Val
devtools-queue-waiting = ventar
devtools-queue-sending = blir send
devtools-queue-delayed = utsett
devtools-queue-failed = feila: { $code }
devtools-queue-expired = for gammal
devtools-queue-show-bodies = Vis innhald
devtools-queue-body-hidden = skjult
devtools-queue-body-none = utan tekst
devtools-queue-body = Innhald
devtools-log-filter = Filtrer hendingar
devtools-log-pause = Stans
devtools-log-resume = Hald fram
devtools-log-clear = Tøm
devtools-log-copy = Kopier
devtools-log-empty = Ingen hendingar.
devtools-log-count =
    { $count ->
        [one] 1 hending
       *[other] { $count } hendingar
    }
devtools-log-time = Tid
devtools-log-event = Hending
devtools-log-code = Kode
devtools-perf-connection = Sambandet
devtools-perf-success-rate = Vellukka tilkoplingar
devtools-perf-mean-latency = Forseinking i snitt
devtools-perf-max-latency = Største forseinking
devtools-perf-mean-reply = Svartid i snitt
devtools-perf-losses = Brot
devtools-perf-fallbacks = Overgangar til HTTP
devtools-perf-gaps = Hol som vart tetta
devtools-perf-resets = Nullstillingar
devtools-perf-network = Tid på nett, tregt, utan
devtools-perf-messages = Meldingar
devtools-perf-send-rate = Vellukka sendingar
devtools-perf-queued = Lagde i kø
devtools-perf-acknowledged = Stadfesta
devtools-perf-delivered = Leverte
devtools-perf-failed = Feila
devtools-perf-retries = Nye forsøk
devtools-perf-mean-wait = Frå kø til stadfesting
devtools-perf-per-request = Operasjonar per førespurnad
devtools-perf-received = Mottekne
devtools-perf-causes = Årsaker til feil
devtools-perf-page = Sida
devtools-perf-frames = Bilete per sekund
devtools-perf-slow-frames = Bilete over 50 ms
devtools-perf-updates = Oppdateringar per sekund
devtools-perf-memory = JavaScript-minne
devtools-perf-storage-used = Lagra på eininga
devtools-perf-behaviour = Bruk
devtools-perf-chats-opened = Samtalar opna
devtools-perf-typing-spells = Gonger det vart skrive
devtools-perf-status-changes = Statusendringar
