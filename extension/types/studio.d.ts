/** What the views of the studio share. The studio's page makes one `App`; each view is a module of its own. */
declare namespace Studio {
  type ViewName = "grid" | "large" | "page" | "read" | "start" | "accounts" | "log";

  /** Where the author is: it stands in the address after `#`, so that a reload and the back button find it again. */
  interface Place {
    view: ViewName;
    /** Absolute path of the library; empty for the one of the newest batch. */
    library: string;
    /** The panel that is looked at; empty for none. */
    key: string;
  }

  /** The panels of one library: a snapshot, kept up to date by `view.follow`. */
  interface Gallery {
    readonly library: string;
    readonly source: string;
    readonly title: string;
    readonly batch: number | null;
    readonly chapters: Wire.GalleryChapter[];
    readonly figures: string[];
    readonly settings: string[];
    /** All panels, in the order of the book. */
    readonly tiles: readonly Wire.Tile[];
    /** Those that the filter, the search and the sort leave, in the order in which they are shown. */
    readonly shown: readonly Wire.Tile[];
    tile(key: string): Wire.Tile | undefined;
  }

  /** Small copies of pictures: asked for near the view only, kept in a bounded cache. */
  interface Pictures {
    /**
     * Shows a small copy in an element as soon as it is there; a later call for the same element takes its place.
     *
     * @param picture  SHA-256; null shows none
     */
    show(image: HTMLImageElement, picture: string | null, size?: Wire.PictureSize): void;
    /** The address of a copy (a blob), for whoever needs it by itself; rejects when there is none. */
    address(picture: string, size?: Wire.PictureSize): Promise<string>;
    /** The address of the original, fetched in pieces; the caller releases it. */
    original(picture: string, progress?: (share: number) => void): Promise<{ address: string; release(): void }>;
    /** No longer wants what was asked for and has not come. */
    forget(image: HTMLImageElement): void;
  }

  interface Choice {
    because?: Wire.Rejected;
    note?: string;
    remake?: Wire.Remake;
    words?: string;
    take?: number;
    sure?: boolean;
  }

  interface App {
    readonly place: Place;
    readonly link: LinkState;
    readonly status: Wire.Status | null;
    readonly gallery: Gallery;
    readonly pictures: Pictures;
    /** Has the host carry out a call; rejects with `CallError` or `LostError` of `view/client.js`. */
    ask<M extends Wire.FromView>(method: M, params: Rpc.ParamsOf<M>): Promise<Rpc.ResultOf<M>>;
    /** Goes elsewhere; what is not named stays as it is. */
    go(place: Partial<Place>): void;
    /**
     * Decides about panels, as the author saw them: shows it at once, then what the host says of it.
     * Conflicts and refusals are told. With words missing (a reason, a note), it asks for them first.
     */
    decide(act: Wire.AuthorAct, tiles: readonly Wire.Tile[], choice?: Choice): Promise<void>;
    undo(): Promise<void>;
    /** Tells something in the live region at the foot of the page. */
    say(text: string, kind?: "news" | "fault"): void;
  }

  interface View {
    /** Shown when its name is the place's. */
    readonly element: HTMLElement;
    show(place: Place): void;
    hide(): void;
    /** These panels changed. */
    changed?(tiles: readonly Wire.Tile[]): void;
    /** The gallery was opened anew, or shows others because of a filter. */
    anew?(): void;
    status?(status: Wire.Status): void;
    /** The link came up or went down. */
    linked?(link: LinkState): void;
    /** Shows of a library what a filter leaves; of another library, as soon as it is open. */
    filter?(wanted: Partial<import("../studio/filter.js").Filter>, library: string): void;
    /** A key that no field takes, while this view is shown; returns whether it was one of its own. */
    key?(event: KeyboardEvent): boolean;
  }

  type Create = (app: App) => View;
}
