"""The words by which authors mark pages, panels and lettering, in the languages they write in.

Words are compared folded: small letters without accents, full-width letters as plain ones.
"""

import unicodedata


def _words(text: str) -> list[str]:
    """The words in a text."""
    return text.split()


def _phrases(text: str) -> list[str]:
    """What stands between bars, each on one line."""
    return [" ".join(part.split()) for part in text.split("|")]


PAGES = _words(
    """
    page pages pagina paginas paginae pagine pag pags pg pgs pp seite seiten planche planches
    tavola tavole prancha pranchas plansza strona side sida sidan sivu strana stranica sayfa
    صفحة עמוד oldal stranka
    страница страницы стр лист ページ ぺージ 頁 페이지 쪽 页 頁面
    """
)
"""A page of the book."""

PANELS = _words(
    """
    panel panels kare كادر لوحة פאנל pannel pannels panneau panneaux pnl pnls case cases
    vignette vignettes vineta
    vinetas cuadro cuadros recuadro vignetta vignette vignettes riquadro riquadri quadro
    quadros quadrinho quadrinhos vinheta vinhetas kader kaders plaatje kadr kadry panelka
    paneel panelen panele панель кадр コマ こま 齣 컷 칸 格
    """
)
"""A panel on a page."""

SCENES = _words(
    """
    scene scenes spread strip strips sequence slide szene szenen streifen escena escenas tira
    scena scene scena cena cenas tier row シーン 场景 장면
    """
)
"""What takes the place of pages in a script that has none."""

SHOTS = _words(
    """
    shot shots frame frames image images cut cuts bild bilder plan plano planos beat frame
    inquadratura einstellung ruta rude billede カット 絵 图 分镜 镜头 画面 分鏡 鏡頭 畫面
    """
)
"""What takes the place of panels in a script that has none."""

CHAPTERS = _words(
    """
    chapter chapters chap issue episode ep part act book volume chapitre partie acte tome
    capitulo episodio parte acto kapitel folge teil akt band capitolo atto глава часть rozdzial
    hoofdstuk 話 章 回 화 장 部
    """
)
"""A part of the book above pages."""

BARE_CHAPTERS = frozenset(
    _words(
        """
    prologue epilogue interlude prolog epilog prologo epilogo prelude coda interludio 序章 終章
    プロローグ エピローグ
    """
    )
)

COVERS = frozenset(
    _phrases(
        """
    cover|front cover|back cover|cover page|inside front cover|inside back cover|couverture|
    quatrieme de couverture|portada|contraportada|titelbild|cover art|umschlag|copertina|capa|
    表紙|裏表紙|표지|封面
    """
    )
)

SPLASH = (
    *("splash", "full page", "full-page", "fullpage", "single image", "one panel", "1 panel"),
    *("pin-up", "pinup", "pleine page", "page entiere", "une seule case", "pagina completa"),
    *("pagina entera", "vineta unica", "unica vineta", "a toda pagina", "ganzseitig"),
    *("ganze seite", "ganzseiter", "tavola intera", "pagina intera", "vignetta unica"),
    *("pagina inteira", "quadro unico", "spread", "double page", "double-page", "doppelseit"),
    *("double planche", "doble pagina", "doppia pagina", "pagina dupla", "dps", "whole page"),
    *("full bleed", "one single", "single panel", "一枚絵", "1枚絵", "大ゴマ", "ぶち抜き"),
    *("見開き", "全面", "扉", "1コマ", "一コマ", "全ページ", "クローズ", "полоса", "разворот"),
)
"""What says that a page is one picture."""

DOUBLE = (
    *("double page", "double-page", "doublepage", "double spread", "two page", "two-page"),
    *("2-page", "2 page", "dps", "doppelseit", "double planche", "planche double"),
    *("doble pagina", "pagina doble", "doppia pagina", "doppia tavola", "pagina dupla"),
    *("見開き", "みひらき", "разворот", "spread", "跨页", "跨頁"),
)
"""What says that a page goes over two."""

SIZES = frozenset(
    _words(
        """
    splash inset large small big huge tiny largest smallest grand grande petit petite enorme
    incrustee incrustation einklinker gross klein riesig pequena pequeno gran chica inserto
    piccola piccolo inserita groot klein duza duzy maly mala stor liten большой маленький крупная
    大 小 大きめ 小さめ 大コマ 小コマ 中コマ 横長 縦長 ワイド 大格 小格 半页 整页 큰칸 작은칸
    """
    )
)
"""What says how large a panel is on its page."""

SIZE_WORDS = frozenset(
    _words(
        """
    full half third quarter two thirds whole entire page pages panel panels wide tall long thin
    narrow short horizontal vertical strip tier row banner width height across top bottom the
    of a letterbox square bleed very extra medium middle normal inset
    pleine demi entiere tiers quart case vignette bande largeur hauteur toute la sur de en
    verticale horizontale haute longue etroite moyenne
    ganze halbe seite seitenbreit panel breit breites grosses kleines hohes schmal schmales
    media entera completa pagina vineta cuadro tira ancha alta larga estrecha toda ancho alto a
    mezza intera vignetta riquadro striscia larga alta stretta tutta
    meia inteira quadro vinheta faixa larga alta estreita mediana
    """
    )
)
"""What stands among words for the size of a panel; none of them tells it alone."""

CAPTIONS = frozenset(
    _words(
        """
    berattare bildtext fortæller forteller kertoja anlatici vypravec mesélő caption
    captions cap caps capt capn cpt narr narration narrations narrator narrative n
    voiceover locator title titles subtitle credits credit card box textbox text sign signs
    dida автор erzahlstimme
    recitatif recitatifs recit narrateur narratrice cartouche cartouches cartucho cartuchos
    cartela cartelas narrador narradora texto narracion leyenda didascalia didascalie didasc
    didascal recit narratore narratrice cartiglio recordatorio legenda narracao erzahler
    erzahlerin erzahlertext kasten blocktext texttafel textkasten textfeld kastentext bildtext
    kommentar verteller bijschrift narracja narrator ナレーション ナレ キャプション テロップ
    モノローグ タイトル 旁白 字幕 내레이션 나레이션 해설 рассказчик подпись титр текст ラベル
    """
    )
) | frozenset(
    _phrases(
        """
    text on sign|sign text|on-screen text|in-art text|text in art|text box|title card|
    location caption|loc cap|narrative caption|narration box|caption box|
    opening caption|locator caption|time caption|end caption|titre|titulo|titolo|titel|texte|
    off text|letrero|display lettering|display|sound caption|text on screen|screen text|
    texto en off|texto off|texte off|voice over|voice-over|от автора|слова автора|
    narration caption|texto de apoyo|insert text|panneau texte
    """
    )
)
"""Words for captions."""

EFFECTS = frozenset(
    _words(
        """
    music musique musica musik صوت efekt efekty dzwieki ljudeffekt ljud lyd lydeffekt
    geluidseffect aaniefekti ses zvuk
    hangeffekt hang sfx sfxs
    fx efx se sound sounds sound_effect effect effects ono onom onomatopoeia
    onomatopee onomatopees bruit bruits bruitage bruitages son sons efecto efectos onomatopeya
    onomatopeyas sonido sonidos ruido gerausch gerausche soundword soundwords lautmalerei
    soundeffekt effetto effetti onomatopea onomatopee rumore rumori suono suoni onomatopeia
    onomatopeias efeito efeitos som ruido geluid dzwiek 効果音 擬音 描き文字 オノマトペ 音 音效
    拟声 효과음 звук звуки
    """
    )
) | frozenset(
    _phrases(
        """
    sound effect|مؤثر صوتي|sound effects|sound fx|efecto de sonido|efectos de sonido|effetto sonoro|
    effet sonore|effets sonores|efeito sonoro|efeitos sonoros|s.e|s.f.x|soundfx|sound-effect
    """
    )
)
"""Words for drawn sounds."""

BALLOONS = frozenset(
    _words(
        """
    balloon balloons bubble bubbles dialogue dialogues dialog dialogs dialoge speech lines line
    thought thoughts think bulle bulles phylactere pensee pensees globo globos bocadillo
    bocadillos dialogo dialoghi dialogos pensamiento sprechblase sprechblasen gedanke gedanken
    gedankenblase fumetto fumetti balao baloes balloontext battuta battute fala falas
    texttodraw lettering セリフ 台詞 せりふ 吹き出し フキダシ 対話 대사 말풍선 对白 对话 диалог
    реплика реплики balon 台词 對白 對話 说话 臺詞
    """
    )
) | frozenset(
    _phrases(
        """
    speech balloon|speech bubble|thought balloon|thought bubble|word balloon|balloon text|
    dialogue/captions|dialogue & captions|dialogue and captions|captions/dialogue|copy|
    dialogue / captions|dialogue/sfx|text & dialogue|text/dialogue|spoken
    """
    )
)
"""Words for balloons of which the word itself is no speaker."""

NOTES = frozenset(
    _words(
        """
    note notes nb nota notas anm anmerkung anmerkungen hinweis hinweise notiz remarque
    remarques observacion observaciones annotazione todo fixme comment comments commentary
    letterer colorist colourist inker editor layout pacing transition transitions rationale
    attention continuity memo 注 注意 備考 メモ 指示 演出メモ 备注 примечание 메모 notatka
    """
    )
) | frozenset(
    _phrases(
        """
    tk|note to artist|note to letterer|notes to artist|artist note|artist notes|art note|
    art notes|letterer note|letterer notes|lettering note|lettering notes|editor note|
    editor's note|editors note|writer's note|writer note|note to editor|artist's note|
    colorist note|colour note|color note|colourist note|note to colorist|note to colourist|
    production note|note for artist|note for the artist|note to the artist|note to the letterer|
    nota para el dibujante|nota al dibujante|note au dessinateur|note pour le dessinateur|
    nota per il disegnatore|nota para o desenhista|an den zeichner|hinweis an den zeichner|
    to artist|to letterer|n.b|page turn|script note|author note|author's note|panel note|
    panel notes|word count|panel count|panels|panel size note|design note|research|
    note for letterer|note to self|number of panels|director's note|story note|internal note|
    nota al rotulista|note all'artista|page note|page notes|negative prompt|seed|model|alt text|
    status|continuity note|作画メモ|作画注|作画指示
    """
    )
)
"""Words for what is told to people, and is not drawn."""

CREW = frozenset(
    _words(
        """
    artist artists penciler pencilers penciller pencillers inker inkers letterer letterers
    colorist colorists colourist colourists illustrator illustrators cartoonist flatter
    dessinateur dessinatrice dessinateurs lettreur lettreuse coloriste encreur encreuse
    illustrateur illustratrice zeichner zeichnerin zeichnerinnen lettererin kolorist koloristin
    illustratorin dibujante dibujantes rotulista rotulador rotuladora colorista coloristas
    entintador entintadora ilustrador ilustradora disegnatore disegnatrice disegnatori
    letterista inchiostratore illustratore illustratrice artista desenhista letrista
    arte-finalista tekenaar tekenares inkleurder letteraar rysownik rysownika rysowniczki
    rysownikowi liternik liternika kolorysta kolorysty tecknare tecknaren tegner tegneren
    kuvittaja piirtaja художник художнику художника художнице леттерер леттереру колорист
    колористу
    """
    )
)
"""Those who draw, letter and colour a page."""

CRAFTS = frozenset(
    _words(
        """
    art arts pencils inks letters lettering colors colours coloring colouring dessin dessins
    lettrage couleur couleurs encrage zeichnung lettering kolorierung farben dibujo rotulacion
    color arte disegno disegni colori desenho letreiramento cores рисунок леттеринг цвет
    """
    )
)
"""What they do; as a remark's first word it tells what is drawn: `Art: …`."""

REMARKS = frozenset(
    _words(
        """
    note notes nb ps memo reminder instruction instructions remarque remarques rappel anm
    anmerkung anmerkungen hinweis hinweise notiz nota notas aviso indicacion indicaciones
    annotazione avviso lembrete observacao opmerking uwaga uwagi notatka anmarkning merknad
    huom примечание заметка
    """
    )
)
"""Words for a remark."""

TO = frozenset(
    _words("to for dear pour aux au an fur para al all per ao aos do dla voor aan till til для")
)
"""What stands before those whom a remark is for."""

LINKS = frozenset(
    _words(
        """
    to from the our my and or s le la les l a et ou der die das den dem und el los las y o os
    as e ai agli alla il lo i gli de het en oraz i och og и
    """
    )
)
"""What else stands among the words that head a remark."""

ACTIONS = frozenset(
    _words(
        """
    description descriptions desc art action actions visual visuals picture scene illustration
    drawing depiction beschreibung bildbeschreibung handlung descripcion accion imagen dibujo
    dessin image descrizione azione immagine disegno descricao acao imagem desenho opis
    beschrijving 内容 描写 画 絵 画面 作画 ト書き 状況 説明 그림 장면 描述 описание изображение
    действие what shows
    """
    )
) | frozenset(
    _phrases(
        """
    panel description|art description|visual description|scene description|description visuelle|
    descripcion visual|description de la case|what we see|on screen action|we see|artwork|
    art direction|panel art|the art|bild|action/description
    """
    )
)
"""Words for what is drawn; the word itself is left out."""

PROMPTS = frozenset(
    _phrases(
        """
    prompt|image prompt|ai prompt|art prompt|midjourney|midjourney prompt|dall-e prompt|
    generation prompt|image_prompt|ai_prompt|prompts|sd prompt|prompt ia|prompt (image)|
    prompt de imagen|bildprompt|プロンプト|画像プロンプト|image generation prompt|gpt prompt
    """
    )
)
"""Words for ready-made prompts."""

FIELDS = {
    name: field
    for field, names in {
        "cast": "cast|characters|character|chars|characters in panel|in panel|personnages|"
        "personajes|figuren|personen|personaggi|personagens|登場人物|人物|キャラ|キャラクター|등장인물|"
        "角色|персонажи|characters present|who|present",
        "place": "place|location|locations|setting|lieu|decor|lugar|escenario|localizacion|"
        "ort|schauplatz|luogo|ambientazione|local|cenario|場所|舞台|背景|장소|地点|место|loc|where|"
        "environment|localizacao|locacion|background location|backdrop|slug|slugline",
        "mood": "mood|atmosphere|ambiance|stimmung|atmosfera|tono|humor|雰囲気|tone|clima|"
        "настроение",
        "format": "format|aspect|ratio|aspect ratio",
        "after": "after",
        "group": "group",
        "references": "references",
        "key": "key",
        "variant": "variant",
    }.items()
    for name in names.split("|")
}
"""Words for what a panel has fields for."""

CAST_LISTS = frozenset(
    _phrases(
        """
    cast|characters|cast list|character list|cast of characters|dramatis personae|
    main characters|the cast|personnages|personajes|reparto|figuren|personen|besetzung|
    personaggi|personagens|elenco|登場人物|キャラクター|登場人物紹介|등장인물|角色|人物|
    персонажи|main cast|character guide|character descriptions|character notes|
    liste des personnages|lista de personajes|cast & crew|personages|postacie|who's who
    """
    )
)
"""Headings of lists of characters."""

TITLES = frozenset(
    _phrases(
        """
    title|titre|titulo|titolo|titel|タイトル|題名|제목|标题|название|series|work title
    """
    )
)

AUTHORS = frozenset(
    _phrases(
        """
    author|writer|by|written by|script|script by|autor|autora|auteur|scenario|scenariste|autore|
    sceneggiatura|guion|roteiro|text von|drehbuch|szenario|作者|作|原作|脚本|作家|автор|글|
    guionista|roteirista|story|story by|creator|created by|writers|authors
    """
    )
)

DIRECTIONS = frozenset(
    _words(
        """
    flashback flash-back flash now later meanwhile today dream montage ruckblende jetzt ahora
    maintenant shot angle camera time close closeup close-up wide pov view point insert reference
    references lighting light lights colour color colours colors palette composition framing
    size type plano encuadre angulo luz cadrage lumiere einstellung perspektive licht
    inquadratura luce enquadramento angulo luz zeit hora heure ora tageszeit moment momento
    weather expression pose focus foreground background midground fg bg detail details props
    prop wardrobe costume establishing medium long extreme over reverse
    カメラ アングル 構図 時間 照明 ショット サイズ 表情 光 小物 俯瞰 アップ ロング
    카메라 镜头 план ракурс 特写 近景 远景 中景 全景 镜头 画面 时间 场景 光线 构图 背景
    클로즈업 배경 시간 표정 앵글 구도 свет время same later meanwhile continuous anglo
    emphasis style texture vfx effect_note date interior exterior int ext set
    plan valeur totale halbtotale nahaufnahme vue gros contre plongee contreplongee campo primo
    primissimo dettaglio visible inset on in at behind below above from panning
    pan zoom tracking tilt ref refs link url see cf
    suggestion option alternative scale ratio duration
    length subject tint emotion emotions atmosphere gag caption_note perspective
    dimensions transition angle/shot inventory motion movement movements
    left right top bottom center centre links rechts gauche droite izquierda derecha sinistra
    destra gesture gestures outfit clothing lens framerate tone
    """
    )
)
"""First words of labels that tell how something is drawn; no speaker is called so."""

OFFSTAGE = frozenset(
    _words(
        """
    cut omit omitted deleted removed scrapped dropped cancelled gestrichen entfallt supprimee
    supprime coupee eliminada eliminado suprimida tagliata eliminata cortada cortado removido
    removida 欠番 削除 ボツ カット 没 удалено вырезано 삭제
    usuniety usunieta wyciety wycieta wyciete skreslony
    struken utgar slettet udgar vypusteno geschrapt vervallen poistettu 삭제됨 删除 已删
    """
    )
)
"""What stands behind the number of a panel that was cut."""

NOTHING = frozenset(
    _phrases(
        """
    none|no copy|n/a|na|nil|no|-|–|—|--|---|/|x|no sfx|no dialogue|no dialog|no captions|
    no caption|silent|no text|keine|keiner|kein|nichts|aucun|aucune|rien|neant|ninguno|ninguna|
    nada|sin dialogo|sin dialogos|sin texto|nessuno|nessuna|niente|muto|muta|nenhum|nenhuma|
    sem falas|sem dialogo|なし|無し|無|ナシ|없음|无|нет|null|(none)|[none]|*none*|silence|
    silent panel|muette|muet|muda|sans texte|sans dialogue|stumm|ohne text|ohne dialog|(silent)|
    no lettering|not applicable|no dialogue in this panel|no words|tbd|wordless|mudo|
    sin palabras|sans paroles
    """
    )
)
"""What says that there is none of a kind of lettering."""

ENDINGS = frozenset(
    _phrases(
        """
    end|the end|fin|ende|fine|fim|koniec|конец|終|終わり|おわり|完|了|つづく|続く|
    to be continued|tbc|to be continued...|a suivre|continuara|continua|fortsetzung folgt|끝|
    end of script|end of issue|end script|fade out|fade to black|fade in|
    cut to black|end of page|end page|more|continued|cont'd|contd|page break|page turn|
    end of panel|end panel|fin de la page|ende der seite|fin de pagina|to be concluded|
    end of chapter|end of episode|終わり|以上|fin del guion|fin du script
    """
    )
)
"""Lines that only say where something ends."""

FINALS = frozenset(
    _phrases(
        """
    the end|fin|ende|fine|fim|koniec|конец|終|終わり|おわり|完|끝|end of script|end script|
    end of issue|end of book|fin du script|fin del guion|ende des skripts|fine della sceneggiatura
    """
    )
)
"""Lines behind which a script or a chapter has nothing more to tell."""

HONORIFICS = frozenset(
    _words(
        """
    mr mrs ms mx dr st ste prof sr sra srta m mme mlle mgr hr fr frl sig dott
    capt cpt cap sgt lt col gen maj cpl pvt adm cdr cmdr rev det insp supt hon pres gov sen
    """
    )
)
"""What ends with a dot before a name, and ends no sentence."""

EFFECT_MANNERS = frozenset(_words("sfx fx se 効果音"))
CAPTION_MANNERS = frozenset(
    _words(
        """
    caption captions cap capt narr narration narrating narrator narrative recitatif cartouche
    cartucho cartela didascalia legenda kasten erzahler ナレーション ナレ モノローグ n
    narracion narracao narrazione inner_caption captioned textbox box
    """
    )
)
"""Manners of a speaker whose words stand in a caption."""


class _Folds(dict[int, str]):
    def __missing__(self, code: int) -> str:
        folded = fold(chr(code))
        self[code] = folded
        return folded


def fold(character: str) -> str:
    """A character as it is compared; always one."""
    plain = unicodedata.normalize("NFKC", character).casefold()
    bare = unicodedata.normalize("NFD", plain)[:1]
    # an accent is left out where letters are Latin: か and が are letters of their own
    return bare if bare.isascii() and bare.isprintable() and bare else (plain[:1] or character)


_FOLDS = _Folds()


def folded(text: str) -> str:
    """A text as it is compared, each character at its own place."""
    return text.translate(_FOLDS)
